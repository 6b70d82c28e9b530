package io.pigeonhole.evaluation;

import io.pigeonhole.evaluation.decisions.DecisionBlocks;
import io.pigeonhole.evaluation.decisions.ScopeScan;
import io.pigeonhole.evaluation.predictions.Block;
import io.pigeonhole.evaluation.predictions.BootstrapUnit;
import io.pigeonhole.evaluation.predictions.JobDescription;
import io.pigeonhole.evaluation.predictions.Parts;
import io.pigeonhole.evaluation.predictions.PredictionScan;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.probabilities.ClassAgainstRest;
import io.pigeonhole.evaluation.probabilities.ClassProbabilityFigures;
import io.pigeonhole.evaluation.probabilities.ScoreBlocks;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.EvaluationSummary;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Computes the evaluation tables from predictions, in one scan that checks and counts the rows and sorts their decisions
 * and probabilities by class. Then come the figures of decisions with their bootstrap, the confusions, and the figures,
 * bins, curves and thresholds of each class against the rest. A small table is evaluated in this process. The figures
 * do not depend on the partitioning, the order of the rows or the number of cores, to the last bit.
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
        String counting = "evaluate: check and count the predictions";
        PredictionScan scan = JobDescription.during(
                spark,
                counting,
                () -> PredictionScan.of(
                        predictions, taxonomy, names -> List.of(new DecisionBlocks(names), new ScoreBlocks(names))));
        Map<EvaluationKey, Long> rows = JobDescription.during(spark, counting, scan::rows);
        Parts<Block> decisions = scan.blocks(0);
        boolean hasUnknown = Predictions.mayBeUnknown(predictions);
        List<ScopeFigures> scopes = JobDescription.during(
                spark, "evaluate: figures and their bootstrap", () -> figures(decisions, spec, hasUnknown));
        Parts<EvaluationConfusion> counted = EvaluationConfusion.of(
                        decisions, scopes, Wilson.at(spec.confidenceLevel()))
                .kept();
        Parts<EvaluationConfusion> confusion =
                JobDescription.during(spark, "evaluate: confusions", counted::broughtHere);
        List<EvaluationClusters> clusters =
                JobDescription.during(spark, "evaluate: clusters", () -> Clusters.of(confusion, scopes, spec));
        ClassAgainstRest classes = JobDescription.during(
                spark,
                "evaluate: each class against the rest",
                () -> new ClassAgainstRest(
                        spark,
                        scan.blocks(1),
                        scopes.stream().map(ScopeFigures::scored).toList(),
                        spec,
                        BootstrapUnit.isGrouped(Set.of(predictions.columns()))));
        Map<EvaluationKey, List<EvaluationSummary>> metrics =
                JobDescription.during(spark, "evaluate: metrics of probabilities", classes::summary);
        return new EvaluationTables(
                new Parts.Here<>(summary(withoutCertainTopK(scopes, taxonomy, classes.classes()), rows, metrics, spec))
                        .table(spark, EvaluationSummary::toRow, EvaluationSummary.SCHEMA),
                new Parts.Here<>(perClass(scopes, classes.classes()))
                        .table(spark, EvaluationPerClass::toRow, EvaluationPerClass.SCHEMA),
                confusion.table(spark, EvaluationConfusion::toRow, EvaluationConfusion.SCHEMA),
                new Parts.Here<>(clusters).table(spark, EvaluationClusters::toRow, EvaluationClusters.SCHEMA),
                classes.calibration(),
                classes.curves(),
                classes.thresholds(),
                () -> {
                    counted.release();
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

    private static List<ScopeFigures> figures(Parts<Block> decisions, EvaluationSpec spec, boolean hasUnknown) {
        return ScopeScan.replicates(decisions, spec, hasUnknown)
                .map(scope -> ScopeFigures.of(scope._1, scope._2, spec))
                .collect()
                .stream()
                .sorted(Comparator.comparing(ScopeFigures::key))
                .toList();
    }

    /** The scopes without the top-k accuracies that are 1 because there are no more than k classes. */
    private static List<ScopeFigures> withoutCertainTopK(
            List<ScopeFigures> scopes,
            Taxonomy taxonomy,
            Map<EvaluationKey, Map<String, ClassProbabilityFigures>> scored) {
        Map<EvaluationKey, Integer> occurring = new HashMap<>();
        scopes.forEach(scope -> occurring.merge(
                scope.key().withSlice(EvaluationKey.ALL),
                Math.max(
                        scope.perClass().size(),
                        scored.getOrDefault(scope.key(), Map.of()).size()),
                Math::max));
        return scopes.stream()
                .map(scope -> {
                    int classes =
                            Objects.requireNonNull(occurring.get(scope.key().withSlice(EvaluationKey.ALL)));
                    return scope.withTopKBelow(Math.max(classes, classes(taxonomy, scope.key())));
                })
                .toList();
    }

    /** The classes that the taxonomy has at a level. */
    private static int classes(Taxonomy taxonomy, EvaluationKey key) {
        return key.isLeaf()
                ? taxonomy.labels().size()
                : (int) taxonomy.paths().values().stream()
                        .map(path -> path.get(Math.min(Integer.parseInt(key.level()), path.size()) - 1))
                        .distinct()
                        .count();
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
}
