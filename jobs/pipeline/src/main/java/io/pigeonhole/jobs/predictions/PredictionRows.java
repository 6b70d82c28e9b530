package io.pigeonhole.jobs.predictions;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.evaluation.means.Costs;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.jobs.configuration.ScoreConfig;
import io.pigeonhole.transforms.Taxonomy;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
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
     */
    public Dataset<Row> of(Dataset<Row> rows, String model, int version, Column predictionSet) {
        return of(rows, model, version, predictionSet, List.of(), Optional.empty());
    }

    /**
     * The same with decisions that a row is of none of the classes.
     *
     * @param ofNoClass labels that are no class; if there are any, rows have an unknown score
     * @param unknown column of the decision that a row is of none, beside that of its score; if absent, every row gets a
     *     class
     */
    public Dataset<Row> of(
            Dataset<Row> rows,
            String model,
            int version,
            Column predictionSet,
            List<String> ofNoClass,
            Optional<String> unknown) {
        DecisionFunction decide = new DecisionFunction(taxonomy, score);
        costs.ifPresent(decide::by);
        Column decision =
                udf(decide, DecisionFunction.SCHEMA).apply(col("probability"), col(Predictions.LABEL), col("path"));
        Column isUnknown =
                ofNoClass.isEmpty() ? lit(null) : col(Predictions.LABEL).isin(ofNoClass.toArray());
        return rows.withColumn(
                        "decision",
                        unknown.map(is -> unlessUnknown(decision, col(is))).orElse(decision))
                .select(
                        col(Predictions.EXAMPLE_ID),
                        lit(model).as(Predictions.MODEL),
                        lit(version).as(Predictions.VERSION),
                        col(Predictions.SPLIT),
                        col(Predictions.LABEL),
                        col("decision.*"),
                        predictionSet.as(Predictions.PREDICTION_SET),
                        isUnknown.cast("boolean").as(Predictions.IS_UNKNOWN),
                        (unknown.isPresent() || !ofNoClass.isEmpty()
                                        ? col(Predictions.UNKNOWN_SCORE)
                                        : lit(null).cast("double"))
                                .as(Predictions.UNKNOWN_SCORE),
                        (unknown.isPresent()
                                        ? col(Predictions.P_VALUE)
                                        : lit(null).cast("double"))
                                .as(Predictions.P_VALUE),
                        lit(Timestamp.from(Instant.now().truncatedTo(ChronoUnit.MILLIS)))
                                .as("scored_at"));
    }

    /** The decision with the name of unknown rows in place of the class and of each node above it. */
    private static Column unlessUnknown(Column decision, Column isUnknown) {
        Column name = lit(Predictions.UNKNOWN);
        Column levels =
                transform(decision.getField(Predictions.LEVELS), level -> level.withField(Predictions.PREDICTED, name));
        return when(isUnknown, decision.withField(Predictions.PREDICTED, name).withField(Predictions.LEVELS, levels))
                .otherwise(decision);
    }
}
