package io.pigeonhole.jobs.predictions;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.evaluation.means.Costs;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.jobs.configuration.ScoreConfig;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.Taxonomy;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
     * What stands in a row beside the decision.
     *
     * @param predictionSet column of prediction sets, if there are any
     * @param decidedBy column of what decided, if more than one model may
     * @param ofNoClass labels that are no class; if there are any, rows have an unknown score
     * @param unknown column of the decision that a row is of none of the classes, beside that of its score; if absent,
     *     every row gets a class
     */
    public record Beside(
            Optional<String> predictionSet,
            Optional<String> decidedBy,
            List<String> ofNoClass,
            Optional<String> unknown) {

        /** Nothing. */
        public static Beside none() {
            return new Beside(Optional.empty(), Optional.empty(), List.of(), Optional.empty());
        }

        private List<Column> columns() {
            Column isUnknown =
                    ofNoClass.isEmpty() ? lit(null) : col(Predictions.LABEL).isin(ofNoClass.toArray());
            boolean hasScore = unknown.isPresent() || !ofNoClass.isEmpty();
            return List.of(
                    column(predictionSet, "array<string>").as(Predictions.PREDICTION_SET),
                    column(decidedBy, "string").as(Predictions.DECIDED_BY),
                    isUnknown.cast("boolean").as(Predictions.IS_UNKNOWN),
                    column(hasScore ? Optional.of(Predictions.UNKNOWN_SCORE) : Optional.empty(), "double")
                            .as(Predictions.UNKNOWN_SCORE),
                    column(unknown.map(is -> Predictions.P_VALUE), "double").as(Predictions.P_VALUE));
        }

        private static Column column(Optional<String> name, String type) {
            return name.map(Columns::named).orElseGet(() -> lit(null).cast(type));
        }
    }

    /**
     * The rows of the table.
     *
     * @param rows of {@code example_id, split, label, path, probability}
     */
    public Dataset<Row> of(Dataset<Row> rows, String model, int version, Beside beside) {
        DecisionFunction decide = new DecisionFunction(taxonomy, score);
        costs.ifPresent(decide::by);
        Column decision =
                udf(decide, DecisionFunction.SCHEMA).apply(col("probability"), col(Predictions.LABEL), col("path"));
        Stream<Column> columns = Stream.of(
                        Stream.of(
                                col(Predictions.EXAMPLE_ID),
                                lit(model).as(Predictions.MODEL),
                                lit(version).as(Predictions.VERSION),
                                col(Predictions.SPLIT),
                                col(Predictions.LABEL),
                                col("decision.*")),
                        beside.columns().stream(),
                        Stream.of(lit(Timestamp.from(Instant.now().truncatedTo(ChronoUnit.MILLIS)))
                                .as("scored_at")))
                .flatMap(some -> some);
        return rows.withColumn(
                        "decision",
                        beside.unknown()
                                .map(is -> unlessUnknown(decision, col(is)))
                                .orElse(decision))
                .select(columns.toArray(Column[]::new));
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
