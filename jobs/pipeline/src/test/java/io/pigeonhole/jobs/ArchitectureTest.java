package io.pigeonhole.jobs;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.CacheMode;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.NullMarked;

/** Imports run one way, and what only the pipeline may do, only the pipeline does. */
@AnalyzeClasses(
        packages = "io.pigeonhole",
        importOptions = ArchitectureTest.WithoutTests.class,
        cacheMode = CacheMode.PER_CLASS)
class ArchitectureTest {

    /** Leaves out test classes, those in another module's test jar as well. */
    static final class WithoutTests implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return new DoNotIncludeTests().includes(location) && !location.contains("-tests.jar");
        }
    }

    @ArchTest
    static final ArchRule importsRunOneWay = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("pipeline")
            .definedBy("io.pigeonhole.jobs..")
            .layer("training")
            .definedBy("io.pigeonhole.training..")
            .layer("deep")
            .definedBy("io.pigeonhole.deep..")
            .layer("evaluation")
            .definedBy("io.pigeonhole.evaluation..")
            .layer("transforms")
            .definedBy("io.pigeonhole.transforms..")
            .whereLayer("pipeline")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("training")
            .mayOnlyBeAccessedByLayers("pipeline")
            .whereLayer("deep")
            .mayOnlyBeAccessedByLayers("pipeline")
            .whereLayer("evaluation")
            .mayOnlyBeAccessedByLayers("pipeline")
            .whereLayer("transforms")
            .mayOnlyBeAccessedByLayers("pipeline", "training", "deep", "evaluation");

    @ArchTest
    static final ArchRule noPackagesInACircle =
            slices().matching("io.pigeonhole.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyThePipelineBuildsSessionsReadsConfigurationOrTheEnvironment = noClasses()
            .that()
            .resideOutsideOfPackage("io.pigeonhole.jobs..")
            .should()
            .callMethod(SparkSession.class, "builder")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("com.typesafe.config..", "picocli..", "io.delta..");

    /** What lies on a disk is data: read as text, Parquet or plain numbers, it cannot run code. */
    @ArchTest
    static final ArchRule nothingIsReadByJavaDeserialisation = noClasses()
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ObjectInputStream.class)
            .orShould()
            .dependOnClassesThat()
            .haveSimpleName("SerializationUtils")
            .orShould()
            .callMethodWhere(target(name("objectFile")).or(target(name("checkpoint"))));

    @ArchTest
    static final ArchRule onlyMainEndsTheProcess =
            noClasses().that().areNotAssignableTo(Main.class).should().callMethod(System.class, "exit", int.class);

    @ArchTest
    static final ArchRule onlyTheConfigurationPackageReadsHocon = noClasses()
            .that()
            .resideOutsideOfPackage("io.pigeonhole.jobs.configuration")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.typesafe.config..");

    @ArchTest
    static final ArchRule everyPackageIsNullMarked =
            classes().that().haveSimpleName("package-info").should().beAnnotatedWith(NullMarked.class);
}
