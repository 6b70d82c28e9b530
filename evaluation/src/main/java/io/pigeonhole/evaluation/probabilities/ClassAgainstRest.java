package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.predictions.BootstrapUnit;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.EvaluationSummary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * One pass over the probabilities of every class and over the confidences: figures of one class against the rest, bins,
 * curves and thresholds. The results stay cached until {@link #close}.
 */
public final class ClassAgainstRest implements AutoCloseable {

    private final SparkSession spark;
    private final EvaluationSpec spec;
    private final JavaRDD<ScoreResult> results;

    public ClassAgainstRest(Dataset<Row> predictions, List<ScoreScope> scored, EvaluationSpec spec) {
        this.spark = predictions.sparkSession();
        this.spec = spec;
        ScoreScopes scopes = ScoreScopes.of(scored);
        Broadcast<ScoreScopes> known =
                JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(scopes);
        boolean grouped = BootstrapUnit.isGrouped(Set.copyOf(Arrays.asList(predictions.columns())));
        this.results = ScoreRows.of(predictions, scopes)
                .toJavaRDD()
                .mapPartitions(new ScoreScan(known, spec, grouped))
                .persist(StorageLevel.MEMORY_AND_DISK());
    }

    /** The figures of each class of each scope whose rows list probabilities. */
    public Map<EvaluationKey, Map<String, ClassProbabilityFigures>> classes() {
        Map<EvaluationKey, Map<String, ClassProbabilityFigures>> classes = new HashMap<>();
        for (ClassProbabilityFigures scores :
                only(ClassProbabilityFigures.class).collect()) {
            classes.computeIfAbsent(scores.key(), key -> new HashMap<>()).put(scores.label(), scores);
        }
        return classes;
    }

    /** The metrics of each scope, as far as they can be computed. */
    public Map<EvaluationKey, List<EvaluationSummary>> summary() {
        EvaluationSpec settings = spec;
        Map<EvaluationKey, List<EvaluationSummary>> summary = new HashMap<>();
        List<EvaluationSummary> metrics = new ArrayList<>();
        only(ConfidenceScores.class).collect().forEach(scores -> metrics.add(scores.summary(spec.minimumSupport())));
        metrics.addAll(only(ScoreSums.class)
                .mapToPair(sums -> new Tuple2<>(sums.key(), sums))
                .reduceByKey(ScoreSums::merge)
                .flatMap(sums -> ScoreMetric.summary(sums._2, settings).iterator())
                .collect());
        metrics.sort(Comparator.comparing(EvaluationSummary::metric));
        metrics.forEach(metric ->
                summary.computeIfAbsent(metric.key(), key -> new ArrayList<>()).add(metric));
        return summary;
    }

    public Dataset<Row> calibration() {
        return table(only(EvaluationCalibration.class).map(EvaluationCalibration::toRow), EvaluationCalibration.SCHEMA);
    }

    public Dataset<Row> curves() {
        return table(only(EvaluationCurves.class).map(EvaluationCurves::toRow), EvaluationCurves.SCHEMA);
    }

    public Dataset<Row> thresholds() {
        return table(only(EvaluationThresholds.class).map(EvaluationThresholds::toRow), EvaluationThresholds.SCHEMA);
    }

    /** The rows stay on the executors, as there may be too many for the driver. */
    private Dataset<Row> table(JavaRDD<Row> rows, StructType schema) {
        return spark.createDataFrame(rows, schema);
    }

    private <T extends ScoreResult> JavaRDD<T> only(Class<T> kind) {
        return results.filter(kind::isInstance).map(kind::cast);
    }

    @Override
    public void close() {
        results.unpersist(false);
    }
}
