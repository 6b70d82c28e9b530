package io.pigeonhole.evaluation;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The evaluation of one model version, with the schemas of {@link EvaluationSummary}, {@link EvaluationPerClass},
 * {@link EvaluationConfusion}, {@link EvaluationCalibration} and {@link EvaluationCurves}. The rows come in the order of
 * their keys, except those of confusion and curves, which are never gathered in one place.
 */
public record EvaluationTables(
        Dataset<Row> summary,
        Dataset<Row> perClass,
        Dataset<Row> confusion,
        Dataset<Row> calibration,
        Dataset<Row> curves) {}
