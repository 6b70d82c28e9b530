package io.pigeonhole.jobs.calibrate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.pigeonhole.evaluation.means.Conformal;
import io.pigeonhole.evaluation.means.ConformalSpec;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Hashes;
import io.pigeonhole.training.calibration.Calibrator;
import io.pigeonhole.training.calibration.PredictionSets;
import java.util.Collections;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;

/**
 * The thresholds of prediction sets. They apply to the probabilities before calibration: the calibration is fitted on
 * the validation rows, the model is not.
 *
 * @param alpha accepted share of the rows of a class whose set does not contain the class
 * @param thresholds threshold of each class, in the order of the classes
 */
record FittedSets(double alpha, List<Conformal.Threshold> thresholds) {

    /** @param rows with the columns of {@link Calibrator} */
    static FittedSets of(Dataset<Row> rows, List<String> labels, ConformalSpec spec) {
        return new FittedSets(spec.alpha(), Conformal.thresholds(ofLabels(rows, labels), labels, spec));
    }

    /** The label of each row of a class, and its probability. */
    static Dataset<Row> ofLabels(Dataset<Row> rows, List<String> labels) {
        UDF2<String, Vector, Double> probability = (label, probabilities) -> {
            int index = Collections.binarySearch(labels, label);
            return index < 0 ? null : (Double) probabilities.apply(index);
        };
        Column ofLabel =
                udf(probability, DataTypes.DoubleType).apply(col(Calibrator.LABEL), col(Calibrator.PROBABILITY));
        return rows.select(col(Calibrator.LABEL), ofLabel.as(Calibrator.PROBABILITY))
                .filter(col(Calibrator.PROBABILITY).isNotNull());
    }

    PredictionSets stage(String uid) {
        return new PredictionSets(
                uid,
                thresholds.stream().map(Conformal.Threshold::label).toList(),
                thresholds.stream()
                        .mapToDouble(Conformal.Threshold::leastProbability)
                        .toArray());
    }

    Dataset<Row> table(SparkSession spark, TrainedModel calibrated) {
        List<Row> rows = thresholds.stream()
                .map(threshold -> RowFactory.create(
                        calibrated.model(),
                        calibrated.version(),
                        threshold.label(),
                        threshold.rows(),
                        alpha,
                        threshold.leastProbability(),
                        threshold.pooled()))
                .toList();
        return spark.createDataFrame(rows, ModelTables.CONFORMAL.unstamped());
    }

    /** Equal for thresholds that are identical to the last bit. */
    String fingerprint() {
        return Hashes.sha256(thresholds.toString());
    }
}
