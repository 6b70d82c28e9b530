package io.pigeonhole.jobs.predictions;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import io.pigeonhole.evaluation.means.Costs;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.jobs.configuration.ScoreConfig;
import io.pigeonhole.transforms.Taxonomy;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Makes the rows of {@code predictions}.
 *
 * @param taxonomy the classes in the order of the probabilities
 * @param score settings of the decision and of the columns to keep
 * @param costs costs of errors, if decisions are by cost
 */
public record PredictionRows(Taxonomy taxonomy, ScoreConfig score, Optional<Costs> costs) {

    /**
     * The rows of the table.
     *
     * @param rows of {@code example_id, split, label, path, probability}
     * @param predictionSet the column of prediction sets
     * @param decidedBy the column of what decided
     */
    public Dataset<Row> of(Dataset<Row> rows, String model, int version, Column predictionSet, Column decidedBy) {
        DecisionFunction decide = new DecisionFunction(taxonomy, score);
        costs.ifPresent(decide::by);
        Column decision =
                udf(decide, DecisionFunction.SCHEMA).apply(col("probability"), col(Predictions.LABEL), col("path"));
        return rows.withColumn("decision", decision)
                .select(
                        col(Predictions.EXAMPLE_ID),
                        lit(model).as(Predictions.MODEL),
                        lit(version).as(Predictions.VERSION),
                        col(Predictions.SPLIT),
                        col(Predictions.LABEL),
                        col("decision.*"),
                        predictionSet.as(Predictions.PREDICTION_SET),
                        decidedBy.as(Predictions.DECIDED_BY),
                        lit(Timestamp.from(Instant.now().truncatedTo(ChronoUnit.MILLIS)))
                                .as("scored_at"));
    }
}
