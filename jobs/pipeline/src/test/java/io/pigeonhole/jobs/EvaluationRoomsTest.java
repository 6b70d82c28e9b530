package io.pigeonhole.jobs;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.CacheMode;
import com.tngtech.archunit.lang.ArchRule;
import io.pigeonhole.evaluation.Evaluation;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Other modules use only the listed types of the module evaluation, and its packages depend on each other in one
 * direction.
 */
@AnalyzeClasses(
        packages = "io.pigeonhole",
        importOptions = ArchitectureTest.WithoutTests.class,
        cacheMode = CacheMode.PER_CLASS)
class EvaluationRoomsTest {

    private static final String MODULE = Evaluation.class.getPackageName();

    /**
     * The types that other modules may use, by package and name; types without a package are in the root package of the
     * module.
     */
    private static final Set<String> FACES = Stream.of(
                    "Evaluation",
                    "EvaluationTables",
                    "EvaluationViews",
                    "EvaluationPerClass",
                    "EvaluationConfusion",
                    "EvaluationClusters",
                    "statistics.Estimate",
                    "statistics.MultipleTesting",
                    "statistics.Wilson",
                    "tables.EvaluationKey",
                    "tables.EvaluationSummary",
                    "settings.EvaluationSpec",
                    "predictions.Predictions",
                    "predictions.SliceColumn",
                    "probabilities.CalibrationErrors",
                    "probabilities.EvaluationCalibration",
                    "probabilities.EvaluationCurves",
                    "probabilities.EvaluationThresholds",
                    "means.GroupMeans",
                    "means.Costs",
                    "means.CostDecision",
                    "means.Conformal",
                    "means.ConformalSpec",
                    "means.EvaluationCosts",
                    "means.EvaluationSets",
                    "comparison.Comparison",
                    "comparison.ComparisonFigure",
                    "comparison.ComparisonSpec",
                    "drift.Drift",
                    "drift.DriftFigure",
                    "drift.DriftSpec",
                    "drift.DriftVerdict",
                    "gates.Gates",
                    "gates.GatesSpec",
                    "gates.GateStatement",
                    "gates.GateFigure",
                    "gates.GateVerdict",
                    "deciders.EvaluationDeciders",
                    "unknown.EvaluationCoverage",
                    "unknown.EvaluationUnknown",
                    "unknown.UnknownFigures",
                    "foreign.ForeignPredictions",
                    "foreign.PredictionColumns")
            .map(EvaluationRoomsTest::room)
            .collect(Collectors.toUnmodifiableSet());

    private static final int MOST_TYPES_OF_A_ROOM = 30;

    private static String room(String name) {
        return MODULE + "." + name;
    }

    private static boolean isInside(JavaClass type) {
        return type.getPackageName().equals(MODULE) || type.getPackageName().startsWith(MODULE + ".");
    }

    /** The name of the top-level type that declares this one. */
    private static String file(JavaClass type) {
        return type.getEnclosingClass().map(EvaluationRoomsTest::file).orElse(type.getFullName());
    }

    private static DescribedPredicate<JavaClass> insideButNoFace() {
        return describe(
                "are types of evaluation, but not faces", type -> isInside(type) && !FACES.contains(file(type)));
    }

    @ArchTest
    static final ArchRule otherModulesUseOnlyTheFaces = noClasses()
            .that(describe("are of other modules", type -> !isInside(type)))
            .should()
            .dependOnClassesThat(insideButNoFace());

    @ArchTest
    static void every_face_is_a_type(JavaClasses classes) {
        assertThat(classes.stream().map(JavaClass::getFullName)).containsAll(FACES);
    }

    /** Each package may use only the packages listed for it here. */
    @ArchTest
    static final ArchRule roomsDependOnOneAnotherOneWay = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("top")
            .definedBy(MODULE)
            .layer("statistics")
            .definedBy(room("statistics"))
            .layer("tables")
            .definedBy(room("tables"))
            .layer("settings")
            .definedBy(room("settings"))
            .layer("predictions")
            .definedBy(room("predictions"))
            .layer("decisions")
            .definedBy(room("decisions"))
            .layer("probabilities")
            .definedBy(room("probabilities"))
            .layer("means")
            .definedBy(room("means"))
            .layer("comparison")
            .definedBy(room("comparison"))
            .layer("drift")
            .definedBy(room("drift"))
            .layer("unknown")
            .definedBy(room("unknown"))
            .layer("deciders")
            .definedBy(room("deciders"))
            .layer("gates")
            .definedBy(room("gates"))
            .layer("foreign")
            .definedBy(room("foreign"))
            .whereLayer("statistics")
            .mayNotAccessAnyLayer()
            .whereLayer("settings")
            .mayNotAccessAnyLayer()
            .whereLayer("tables")
            .mayOnlyAccessLayers("statistics")
            .whereLayer("predictions")
            .mayOnlyAccessLayers("settings", "tables")
            .whereLayer("decisions")
            .mayOnlyAccessLayers("statistics", "settings", "tables", "predictions")
            .whereLayer("probabilities")
            .mayOnlyAccessLayers("statistics", "settings", "tables", "predictions")
            .whereLayer("means")
            .mayOnlyAccessLayers("statistics", "settings", "tables", "predictions")
            .whereLayer("drift")
            .mayOnlyAccessLayers("statistics", "settings", "tables", "predictions")
            .whereLayer("foreign")
            .mayOnlyAccessLayers("settings", "predictions")
            .whereLayer("comparison")
            .mayOnlyAccessLayers("statistics", "settings", "tables", "predictions", "decisions")
            .whereLayer("gates")
            .mayOnlyAccessLayers(
                    "statistics", "settings", "tables", "predictions", "decisions", "comparison", "unknown", "deciders")
            .whereLayer("deciders")
            .mayOnlyAccessLayers("statistics", "settings", "tables", "predictions")
            .whereLayer("unknown")
            .mayOnlyAccessLayers("statistics", "settings", "tables", "predictions")
            .whereLayer("top")
            .mayOnlyAccessLayers("statistics", "settings", "tables", "predictions", "decisions", "probabilities");

    @ArchTest
    static void no_room_has_more_types_than_one_can_know(JavaClasses classes) {
        Map<String, TreeSet<String>> rooms = classes.stream()
                .filter(EvaluationRoomsTest::isInside)
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(
                        JavaClass::getPackageName,
                        Collectors.mapping(EvaluationRoomsTest::file, Collectors.toCollection(TreeSet::new))));
        assertThat(rooms)
                .hasSize(14)
                .allSatisfy((room, types) -> assertThat(types).as(room).hasSizeLessThanOrEqualTo(MOST_TYPES_OF_A_ROOM));
    }
}
