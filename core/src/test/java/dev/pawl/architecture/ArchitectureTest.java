package dev.pawl.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.pawl");

    private static final String BROKEN_ROOT = "dev.pawl.architecture.broken";
    private static final JavaClasses BROKEN = new ClassFileImporter().importPackages(BROKEN_ROOT);

    static List<String> layers() {
        return Layers.names();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void dependenciesPointDown(String layer) {
        Layers.below("dev.pawl").dependenciesPointDown(layer).check(CORE);
    }

    @Test
    void everyClassIsInALayer() {
        Layers.below("dev.pawl").everyClassIsInALayer().check(CORE);
    }

    /** Each layer has one class below {@code broken} that looks up or sideways; a rule that misses it checks nothing. */
    @ParameterizedTest
    @MethodSource("layers")
    void theRuleOfEachLayerCatchesAClassThatBreaksIt(String layer) {
        var result = Layers.below(BROKEN_ROOT).dependenciesPointDown(layer).evaluate(BROKEN);

        assertThat(result.getFailureReport().getDetails())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).contains(BROKEN_ROOT + "." + layer + ".Breaks"));
    }

    @Test
    void aClassOutsideTheLayersIsCaught() {
        var result = Layers.below(BROKEN_ROOT).everyClassIsInALayer().evaluate(BROKEN);

        assertThat(result.getFailureReport().getDetails())
                .singleElement()
                .asString()
                .contains(BROKEN_ROOT + ".stray.Stray");
    }

    @Test
    void coreBringsOnlyItsTwoDependencies() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.pawl..",
                        "java..",
                        "javax.crypto..",
                        "org.jspecify.annotations..",
                        "org.slf4j..",
                        "cafe.cryptography..")
                .check(CORE);
    }

    @Test
    void theLibraryIsSilentOutsideSlf4j() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CORE);
        NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(CORE);
    }

    @Test
    void noNameSaysNothing() {
        noClasses()
                .should()
                .haveNameMatching(".*(Impl|Manager|Helper|Utils?|Base|Data|Info)")
                .check(CORE);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(CORE.stream().map(type -> type.getPackage()).distinct())
                .isNotEmpty()
                .allSatisfy(pack ->
                        assertThat(isNullMarked(pack)).as(pack.getName()).isTrue());
    }

    private static boolean isNullMarked(JavaPackage pack) {
        return pack.isAnnotatedWith(NullMarked.class);
    }
}
