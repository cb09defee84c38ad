package dev.pawl.baileys;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** A transport keeps nothing: of ours it sees what it is to do, what it hands over, and why a store failed. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.pawl.baileys");

    @Test
    void ofOursItUsesWhatTransportsMayUse() {
        classes()
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.not(resideInAPackage("dev.pawl.."))
                        .or(resideInAnyPackage(
                                "dev.pawl.baileys..",
                                "dev.pawl.transport..",
                                "dev.pawl.event..",
                                "dev.pawl.backend..",
                                "dev.pawl.json..")))
                .check(CLASSES);
    }
}
