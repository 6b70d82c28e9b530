package io.pigeonhole.evaluation;

import io.pigeonhole.evaluation.probabilities.EvaluationCalibration;
import io.pigeonhole.evaluation.probabilities.EvaluationCurves;
import io.pigeonhole.evaluation.probabilities.EvaluationThresholds;
import io.pigeonhole.evaluation.tables.EvaluationSummary;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The evaluation of one model version, with the schemas of {@link EvaluationSummary}, {@link EvaluationPerClass},
 * {@link EvaluationConfusion}, {@link EvaluationClusters}, {@link EvaluationCalibration}, {@link EvaluationCurves} and
 * {@link EvaluationThresholds}. The rows of summary, classes and clusters are sorted by their keys; the other tables
 * are never collected to the driver.
 *
 * @param kept releases what the executors cache of confusion and of the last three tables
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

    /** Releases what the executors cache. After this, reading the tables computes them again. */
    @Override
    public void close() {
        kept.run();
    }
}
