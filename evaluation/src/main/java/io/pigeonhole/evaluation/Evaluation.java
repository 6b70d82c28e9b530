package io.pigeonhole.evaluation;

import io.pigeonhole.evaluation.decisions.DecisionRows;
import io.pigeonhole.evaluation.decisions.ScopeScan;
import io.pigeonhole.evaluation.predictions.JobDescription;
import io.pigeonhole.evaluation.predictions.PredictionContract;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.probabilities.ClassAgainstRest;
import io.pigeonhole.evaluation.probabilities.ClassProbabilityFigures;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.EvaluationSummary;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Computes the evaluation tables from predictions, in four passes: the first checks and counts the rows, the second
 * computes all figures of decisions with their bootstrap, the third counts confusions, and the fourth reads the
 * probabilities and computes figures, bins, curves and thresholds of each class against the rest. The figures do not
 * depend on the partitioning, the order of the rows or the number of cores, to the last bit.
 */
public final class Evaluation {

    private Evaluation() {}

    /**
     * Evaluates predictions in the schema of {@link Predictions}, each split separately, at the leaves and at every
     * level of the taxonomy above them. Rows without a label are counted, but not evaluated.
     *
     * @throws PipelineException (data contract) if there are no rows, required columns are missing, or rows lack a key,
     *     a prediction or a valid probability; the message names them
     */
    public static EvaluationTables evaluate(Dataset<Row> predictions, Taxonomy taxonomy, EvaluationSpec spec) {
        SparkSession spark = predictions.sparkSession();
        Map<EvaluationKey, Long> rows = JobDescription.during(
                spark, "evaluate: check and count the predictions", () -> PredictionContract.rows(predictions));
        Dataset<Row> decisions = DecisionRows.of(predictions, taxonomy);
        List<ScopeFigures> scopes =
                JobDescription.during(spark, "evaluate: figures and their bootstrap", () -> figures(decisions, spec));
        Dataset<Row> confusion = EvaluationConfusion.table(decisions, Wilson.at(spec.confidenceLevel()))
                .persist(StorageLevel.MEMORY_AND_DISK());
        List<EvaluationClusters> clusters =
                JobDescription.during(spark, "evaluate: confusions", () -> Clusters.of(confusion, scopes, spec));
        ClassAgainstRest classes = new ClassAgainstRest(
                predictions, scopes.stream().map(ScopeFigures::scored).toList(), spec);
        Map<EvaluationKey, Map<String, ClassProbabilityFigures>> scores =
                JobDescription.during(spark, "evaluate: each class against the rest", classes::classes);
        Map<EvaluationKey, List<EvaluationSummary>> metrics =
                JobDescription.during(spark, "evaluate: metrics of probabilities", classes::summary);
        return new EvaluationTables(
                table(spark, summary(scopes, rows, metrics, spec), EvaluationSummary::toRow, EvaluationSummary.SCHEMA),
                table(spark, perClass(scopes, scores), EvaluationPerClass::toRow, EvaluationPerClass.SCHEMA),
                confusion,
                table(spark, clusters, EvaluationClusters::toRow, EvaluationClusters.SCHEMA),
                classes.calibration(),
                classes.curves(),
                classes.thresholds(),
                () -> {
                    confusion.unpersist();
                    classes.close();
                });
    }

    private static List<EvaluationPerClass> perClass(
            List<ScopeFigures> scopes, Map<EvaluationKey, Map<String, ClassProbabilityFigures>> scores) {
        return SliceComparison.compare(scopes.stream()
                .flatMap(scope -> scope.perClass().stream())
                .map(row -> row.withProbabilities(
                        scores.getOrDefault(row.key(), Map.of()).get(row.label())))
                .toList());
    }

    private static List<ScopeFigures> figures(Dataset<Row> decisions, EvaluationSpec spec) {
        return ScopeScan.replicates(decisions, spec)
                .map(scope -> ScopeFigures.of(scope._1, scope._2, spec))
                .collect()
                .stream()
                .sorted(Comparator.comparing(ScopeFigures::key))
                .toList();
    }

    private static List<EvaluationSummary> summary(
            List<ScopeFigures> scopes,
            Map<EvaluationKey, Long> rows,
            Map<EvaluationKey, List<EvaluationSummary>> metrics,
            EvaluationSpec spec) {
        List<EvaluationSummary> summary = new ArrayList<>();
        rows.forEach((leaf, count) -> {
            List<ScopeFigures> levels = scopes.stream()
                    .filter(scope -> scope.key().atLevel(EvaluationKey.LEAF).equals(leaf))
                    .toList();
            if (levels.isEmpty()) {
                summary.addAll(ScopeFigures.counts(leaf, count, 0, spec));
            }
            for (ScopeFigures level : levels) {
                summary.addAll(ScopeFigures.counts(level.key(), count, level.labelled(), spec));
                summary.addAll(level.summary());
                summary.addAll(metrics.getOrDefault(level.key(), List.of()));
            }
        });
        return summary;
    }

    private static <T> Dataset<Row> table(
            SparkSession spark, List<T> records, Function<T, Row> toRow, StructType schema) {
        return spark.createDataFrame(records.stream().map(toRow).toList(), schema);
    }
}
