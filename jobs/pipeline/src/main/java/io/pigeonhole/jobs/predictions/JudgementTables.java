package io.pigeonhole.jobs.predictions;

import static io.pigeonhole.jobs.store.TableDefinition.column;
import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.pigeonhole.evaluation.EvaluationClusters;
import io.pigeonhole.evaluation.EvaluationConfusion;
import io.pigeonhole.evaluation.EvaluationPerClass;
import io.pigeonhole.evaluation.comparison.ComparisonFigure;
import io.pigeonhole.evaluation.deciders.EvaluationDeciders;
import io.pigeonhole.evaluation.drift.DriftFigure;
import io.pigeonhole.evaluation.gates.GateFigure;
import io.pigeonhole.evaluation.means.EvaluationCosts;
import io.pigeonhole.evaluation.means.EvaluationSets;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.probabilities.EvaluationCalibration;
import io.pigeonhole.evaluation.probabilities.EvaluationCurves;
import io.pigeonhole.evaluation.probabilities.EvaluationThresholds;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.EvaluationSummary;
import io.pigeonhole.evaluation.unknown.EvaluationCoverage;
import io.pigeonhole.evaluation.unknown.EvaluationUnknown;
import io.pigeonhole.jobs.store.TableDefinition;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructType;

/**
 * The tables with judgements on predictions: evaluations, comparisons, drift and gates. The module {@code evaluation}
 * defines their columns.
 */
public final class JudgementTables {

    public static final TableDefinition EVALUATION_SUMMARY = evaluation(
            EvaluationSummary.TABLE,
            "One row per model version, split, slice, level and metric",
            List.of("metric"),
            EvaluationSummary.SCHEMA,
            EvaluationSummary.CONSTRAINTS);

    public static final TableDefinition EVALUATION_PER_CLASS = evaluation(
            EvaluationPerClass.TABLE,
            "One row per model version, split, slice, level and class",
            List.of("label"),
            EvaluationPerClass.SCHEMA,
            EvaluationPerClass.CONSTRAINTS);

    public static final TableDefinition EVALUATION_CONFUSION = evaluation(
            EvaluationConfusion.TABLE,
            "One row per model version, split, slice, level, true and predicted class that occurred together",
            List.of("true_label", "predicted_label"),
            EvaluationConfusion.SCHEMA,
            EvaluationConfusion.CONSTRAINTS);

    public static final TableDefinition EVALUATION_CLUSTERS = evaluation(
            EvaluationClusters.TABLE,
            "One row per model version, split, level, cluster of classes mostly confused with each other, and class in"
                    + " it",
            List.of("label"),
            EvaluationClusters.SCHEMA,
            EvaluationClusters.CONSTRAINTS);

    public static final TableDefinition EVALUATION_CALIBRATION = evaluation(
            EvaluationCalibration.TABLE,
            "One row per model version, split, slice, level, class or all together, and bin of probability",
            List.of("label", "binning", "bin"),
            EvaluationCalibration.SCHEMA,
            EvaluationCalibration.CONSTRAINTS);

    public static final TableDefinition EVALUATION_CURVES = evaluation(
            EvaluationCurves.TABLE,
            "One row per model version, split, level, class and threshold on its curves",
            List.of("label", "threshold"),
            EvaluationCurves.SCHEMA,
            EvaluationCurves.CONSTRAINTS);

    public static final TableDefinition THRESHOLDS = evaluation(
            EvaluationThresholds.TABLE,
            "One row per model version, split, level, class and criterion of its threshold, which validation alone"
                    + " chose",
            List.of("label", "criterion"),
            EvaluationThresholds.SCHEMA,
            EvaluationThresholds.CONSTRAINTS);

    public static final TableDefinition EVALUATION_COSTS = evaluation(
            EvaluationCosts.TABLE,
            "One row per model version, split, slice and class, and one for all classes, where costs are configured",
            List.of("label"),
            EvaluationCosts.SCHEMA,
            EvaluationCosts.CONSTRAINTS);

    public static final TableDefinition EVALUATION_SETS = evaluation(
            EvaluationSets.TABLE,
            "One row per model version, split, slice and class, and one for all classes, where rows have prediction"
                    + " sets",
            List.of("label"),
            EvaluationSets.SCHEMA.add(column(
                    "pooled",
                    BooleanType,
                    "Whether the class has no threshold of its own, so that no coverage of it is promised; null for all"
                            + " classes together")),
            EvaluationSets.CONSTRAINTS);

    public static final TableDefinition EVALUATION_UNKNOWN = evaluation(
            EvaluationUnknown.TABLE,
            "One row per model version, split, slice and metric of rows of no class, where labels.unknown or"
                    + " score.unknown are configured",
            List.of("metric"),
            EvaluationUnknown.SCHEMA,
            EvaluationUnknown.CONSTRAINTS);

    public static final TableDefinition EVALUATION_COVERAGE = evaluation(
            EvaluationCoverage.TABLE,
            "One row per model version, split, slice and threshold of unknown_score on the curve of coverage against risk",
            List.of("threshold"),
            EvaluationCoverage.SCHEMA,
            EvaluationCoverage.CONSTRAINTS);

    public static final TableDefinition EVALUATION_DECIDERS = evaluation(
            EvaluationDeciders.TABLE,
            "One row per model version, split, slice and what decided rows, of models that let rules or several models decide",
            List.of(Predictions.DECIDED_BY),
            EvaluationDeciders.SCHEMA,
            EvaluationDeciders.CONSTRAINTS);

    public static final TableDefinition COMPARISONS = evaluation(
            ComparisonFigure.TABLE,
            "One row per model version, the version that it is compared with, slice, level, metric, and class or all"
                    + " classes",
            List.of("base_model", "base_version", "base_split", "metric", "label"),
            ComparisonFigure.SCHEMA,
            ComparisonFigure.CONSTRAINTS);

    public static final TableDefinition DRIFT = evaluation(
            DriftFigure.TABLE,
            "One row per model version, split, the split that it is compared with, and distance of its predictions, of all"
                    + " classes or of one",
            List.of("base_split", "metric", "label"),
            DriftFigure.SCHEMA,
            DriftFigure.CONSTRAINTS);

    public static final TableDefinition GATES = evaluation(
            GateFigure.TABLE,
            "One row per model version and statement that must hold of it, of one class or of all",
            List.of("statement", "label"),
            GateFigure.SCHEMA.add(column("sha256", StringType, "Hash of the artifact whose predictions were judged")),
            GateFigure.CONSTRAINTS);

    private static TableDefinition evaluation(
            String name, String comment, List<String> key, StructType schema, Map<String, String> constraints) {
        List<String> whole =
                Stream.concat(EvaluationKey.COLUMNS.stream(), key.stream()).toList();
        return new TableDefinition(name, comment, whole, schema.add(TableDefinition.RUN_ID), constraints);
    }

    private JudgementTables() {}
}
