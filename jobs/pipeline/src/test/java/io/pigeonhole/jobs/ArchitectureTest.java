package io.pigeonhole.jobs;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.CacheMode;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.pigeonhole.transforms.PipelineException;
import java.io.ObjectInputStream;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.NullMarked;

/** Imports between layers run in one direction, and each restricted dependency is used only where it is allowed. */
@AnalyzeClasses(
        packages = "io.pigeonhole",
        importOptions = ArchitectureTest.WithoutTests.class,
        cacheMode = CacheMode.PER_CLASS)
class ArchitectureTest {

    /** Leaves out test classes, including those in the test jars of other modules. */
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
            .layer("embedding")
            .definedBy("io.pigeonhole.embedding..")
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
            .whereLayer("embedding")
            .mayOnlyBeAccessedByLayers("pipeline")
            .whereLayer("evaluation")
            .mayOnlyBeAccessedByLayers("pipeline")
            .whereLayer("transforms")
            .mayOnlyBeAccessedByLayers("pipeline", "training", "deep", "embedding", "evaluation");

    /** Jobs never import each other; code that two of them need belongs to one of the {@link #NOUNS}. */
    private static final Set<String> JOBS = Set.of(
            "extract",
            "stratify",
            "train",
            "calibrate",
            "score",
            "evaluate",
            "compare",
            "drift",
            "discover",
            "promotion",
            "forget",
            "maintain",
            "replay",
            "report",
            "metrics");

    /** Packages that jobs share. The recipes of the trainers, each in its own package, are on the same layer. */
    private static final Set<String> NOUNS = Set.of("embeddings", "examples", "models", "predictions", "trainers");

    /** Layers of the pipeline from the top: each uses only those below it. */
    @ArchTest
    static final ArchRule floorsOfThePipeline = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("commands")
            .definedBy("io.pigeonhole.jobs", room("commands"))
            .layer("jobs")
            .definedBy(rooms(JOBS))
            .layer("nouns")
            .definedBy(rooms(NOUNS))
            .layer("sources")
            .definedBy(room("sources"))
            .layer("runs")
            .definedBy(room("runs"))
            .layer("store")
            .definedBy(room("store"))
            .layer("configuration")
            .definedBy(room("configuration"))
            .whereLayer("commands")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("jobs")
            .mayOnlyBeAccessedByLayers("commands")
            .whereLayer("nouns")
            .mayOnlyBeAccessedByLayers("commands", "jobs")
            .whereLayer("sources")
            .mayOnlyBeAccessedByLayers("commands", "jobs", "nouns")
            .whereLayer("runs")
            .mayOnlyBeAccessedByLayers("commands", "jobs", "nouns", "sources")
            .whereLayer("store")
            .mayOnlyBeAccessedByLayers("commands", "jobs", "nouns", "sources", "runs");

    @ArchTest
    static final ArchRule everyPackageOfThePipelineIsOnAFloor = classes()
            .that()
            .resideInAPackage("io.pigeonhole.jobs..")
            .should()
            .resideInAnyPackage(Stream.of(
                            Stream.of("io.pigeonhole.jobs"),
                            Stream.of(rooms(JOBS)),
                            Stream.of(rooms(NOUNS)),
                            Stream.of(rooms(Set.of("commands", "sources", "runs", "store", "configuration"))))
                    .flatMap(packages -> packages)
                    .toArray(String[]::new));

    @ArchTest
    static final ArchRule noJobImportsAnother =
            slices().assignedFrom(jobs()).should().notDependOnEachOther();

    @ArchTest
    static final ArchRule onlyOneRoomUsesTheInternalsOfSparkAndDelta = noClasses()
            .that()
            .resideInAPackage("io.pigeonhole.jobs..")
            .and()
            .resideOutsideOfPackage("io.pigeonhole.jobs.store.delta")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.spark.sql.delta..",
                    "org.apache.spark.sql.catalyst..",
                    "org.apache.spark.sql.classic..",
                    "org.apache.spark.sql.execution..",
                    "io.delta.kernel..");

    /** Each package keeps its messages for users in classes of their own. */
    @ArchTest
    static final ArchRule usersErrorsComeFromNamedFactories = noClasses()
            .that()
            .resideInAPackage("io.pigeonhole.jobs..")
            .and()
            .haveSimpleNameNotEndingWith("Errors")
            .should()
            .callMethodWhere(target(owner(type(PipelineException.class)))
                    .and(target(nameMatching("configuration|dataContract|gate|busy|difference|drift"))));

    private static String room(String name) {
        return "io.pigeonhole.jobs." + name + "..";
    }

    private static String[] rooms(Set<String> names) {
        return names.stream().map(ArchitectureTest::room).toArray(String[]::new);
    }

    private static SliceAssignment jobs() {
        return new SliceAssignment() {

            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                String name = type.getPackageName().replaceFirst("^io\\.pigeonhole\\.jobs\\.", "");
                return JOBS.contains(name) ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "jobs";
            }
        };
    }

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

    /** Files are only data: they are read as text, Parquet or plain numbers and cannot run code. */
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
