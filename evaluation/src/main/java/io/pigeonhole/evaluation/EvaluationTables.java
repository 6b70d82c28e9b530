package io.pigeonhole.evaluation;

import io.pigeonhole.evaluation.probabilities.EvaluationCalibration;
import io.pigeonhole.evaluation.probabilities.EvaluationCurves;
import io.pigeonhole.evaluation.probabilities.EvaluationThresholds;
import io.pigeonhole.evaluation.tables.EvaluationSummary;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The evaluation of one model version, with the schemas of {@link EvaluationSummary}, {@link EvaluationPerClass},
 * {@link EvaluationConfusion}, {@link EvaluationClusters}, {@link EvaluationCalibration}, {@link EvaluationCurves} and {@link
 * EvaluationThresholds}. The rows of summary, classes and clusters come in the order of their keys; the others are never
 * gathered in one place.
 *
 * @param kept gives back, when it is closed, what the executors keep of the last four of these and of confusion
 */
public record EvaluationTables(
        Dataset<Row> summary,
        Dataset<Row> perClass,
        Dataset<Row> confusion,
        Dataset<Row> clusters,
        Dataset<Row> calibration,
        Dataset<Row> curves,
        Dataset<Row> thresholds,
        Runnable kept)
        implements AutoCloseable {

    /** The tables cannot be read any more after this, or only at the cost of computing them again. */
    @Override
    public void close() {
        kept.run();
    }
}
