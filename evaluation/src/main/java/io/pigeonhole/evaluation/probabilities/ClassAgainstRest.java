package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.predictions.Block;
import io.pigeonhole.evaluation.predictions.Parts;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.EvaluationSummary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * One pass over the probabilities of every class and over the confidences: figures of one class against the rest, bins,
 * curves and thresholds. The results stay cached until {@link #close}.
 */
public final class ClassAgainstRest implements AutoCloseable {

    private final SparkSession spark;
    private final EvaluationSpec spec;
    private final Parts<ScoreResult> scanned;
    /** All but the sums, which are large. */
    private final Parts<ScoreResult> results;

    /**
     * @param blocks of {@link ScoreBlocks}
     * @param grouped whether the bootstrap draws groups of rows
     */
    public ClassAgainstRest(
            SparkSession spark, Parts<Block> blocks, List<ScoreScope> scored, EvaluationSpec spec, boolean grouped) {
        this.spark = spark;
        this.spec = spec;
        Parts.Shared<ScoreScopes> known = blocks.share(ScoreScopes.of(scored));
        this.scanned = blocks.mapParts(new ScoreScan(known, spec, grouped)).kept();
        this.results = scanned.where(result -> !(result instanceof ScoreSums)).broughtHere();
    }

    /** The figures of each class of each scope whose rows list probabilities. */
    public Map<EvaluationKey, Map<String, ClassProbabilityFigures>> classes() {
        Map<EvaluationKey, Map<String, ClassProbabilityFigures>> classes = new HashMap<>();
        for (ClassProbabilityFigures scores :
                results.only(ClassProbabilityFigures.class).collect()) {
            classes.computeIfAbsent(scores.key(), key -> new HashMap<>()).put(scores.label(), scores);
        }
        return classes;
    }

    /** The metrics of each scope, as far as they can be computed. */
    public Map<EvaluationKey, List<EvaluationSummary>> summary() {
        EvaluationSpec settings = spec;
        Map<EvaluationKey, List<EvaluationSummary>> summary = new HashMap<>();
        List<EvaluationSummary> metrics = new ArrayList<>();
        results.only(ConfidenceScores.class)
                .collect()
                .forEach(scores -> metrics.add(scores.summary(spec.minimumSupport())));
        scanned.only(ScoreSums.class)
                .mergeByKey(ScoreSums::key, ScoreSums::merge)
                .map(sums -> ScoreMetric.summary(sums, settings))
                .collect()
                .forEach(metrics::addAll);
        metrics.sort(Comparator.comparing(EvaluationSummary::metric));
        metrics.forEach(metric ->
                summary.computeIfAbsent(metric.key(), key -> new ArrayList<>()).add(metric));
        return summary;
    }

    public Dataset<Row> calibration() {
        return table(EvaluationCalibration.class, EvaluationCalibration::toRow, EvaluationCalibration.SCHEMA);
    }

    public Dataset<Row> curves() {
        return table(EvaluationCurves.class, EvaluationCurves::toRow, EvaluationCurves.SCHEMA);
    }

    public Dataset<Row> thresholds() {
        return table(EvaluationThresholds.class, EvaluationThresholds::toRow, EvaluationThresholds.SCHEMA);
    }

    /** Many rows stay on the executors, as there may be too many for the driver. */
    private <T extends ScoreResult> Dataset<Row> table(Class<T> kind, Parts.Step<T, Row> toRow, StructType schema) {
        return results.only(kind).table(spark, toRow, schema);
    }

    @Override
    public void close() {
        scanned.release();
    }
}
