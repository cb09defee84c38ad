package dev.pawl.jdbc;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** A backend moves rows: of ours it uses the waist and JSON, and one class knows each driver, which may be missing. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.pawl.jdbc");

    @Test
    void ofOursItUsesTheWaistAndJson() {
        classes()
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.not(resideInAPackage("dev.pawl.."))
                        .or(resideInAnyPackage("dev.pawl.jdbc..", "dev.pawl.backend..", "dev.pawl.json..")))
                .check(CLASSES);
    }

    @Test
    void oneClassKnowsTheDriverOfPostgres() {
        noClasses()
                .that()
                .haveNameNotMatching("dev\\.pawl\\.jdbc\\.PostgresDriver(\\$.*)?")
                .should()
                .dependOnClassesThat(resideInAPackage("org.postgresql.."))
                .check(CLASSES);
    }

    @Test
    void oneClassKnowsTheDriver() {
        noClasses()
                .that()
                .doNotHaveSimpleName("SqliteDriver")
                .should()
                .dependOnClassesThat(resideInAPackage("org.sqlite.."))
                .check(CLASSES);
    }
}
