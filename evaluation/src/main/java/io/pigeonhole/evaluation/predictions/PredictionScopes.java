package io.pigeonhole.evaluation.predictions;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The scopes in which predictions of one split by one model version can be compared: the whole split, then its slices,
 * each with the classes first and then every level of the taxonomy above them.
 */
public final class PredictionScopes {

    private static final String DECISION = "decision_at_level";

    private final Dataset<Row> predictions;

    public PredictionScopes(Dataset<Row> predictions) {
        this.predictions = predictions;
    }

    private boolean has(String column) {
        return Arrays.asList(predictions.columns()).contains(column);
    }

    /** The keys of all slices and levels in which both have labelled rows. */
    public static List<EvaluationKey> common(PredictionScopes first, PredictionScopes second, EvaluationKey whole) {
        List<String> slices = new ArrayList<>(first.slices());
        slices.retainAll(second.slices());
        List<Integer> levels = new ArrayList<>(first.levels());
        levels.retainAll(second.levels());
        return Stream.concat(Stream.of(EvaluationKey.ALL), slices.stream())
                .map(whole::withSlice)
                .flatMap(key ->
                        Stream.concat(Stream.of(key), levels.stream().map(level -> key.atLevel(level.toString()))))
                .toList();
    }

    private List<String> slices() {
        if (!has(Predictions.SLICES)) {
            return List.of();
        }
        return labelled(predictions)
                .select(explode(col(Predictions.SLICES)).as(EvaluationKey.SLICE))
                .where(col(EvaluationKey.SLICE).notEqual(EvaluationKey.ALL))
                .distinct()
                .orderBy(EvaluationKey.SLICE)
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList();
    }

    private List<Integer> levels() {
        if (!has(Predictions.LEVELS)) {
            return List.of();
        }
        return labelled(predictions)
                .select(explode(col(Predictions.LEVELS)).as(DECISION))
                .select(col(DECISION).getField(Predictions.LEVEL).as(Predictions.LEVEL))
                .distinct()
                .orderBy(Predictions.LEVEL)
                .collectAsList()
                .stream()
                .map(row -> row.getInt(0))
                .toList();
    }

    private static Dataset<Row> labelled(Dataset<Row> rows) {
        return rows.where(col(Predictions.LABEL).isNotNull());
    }

    /** The rows of a slice, with the decision at a level in place of the one between the classes. */
    public Dataset<Row> at(EvaluationKey key) {
        Dataset<Row> rows = key.slice().equals(EvaluationKey.ALL)
                ? predictions
                : predictions.where(array_contains(col(Predictions.SLICES), key.slice()));
        return key.isLeaf() ? rows : atLevel(labelled(rows), key.level());
    }

    private static Dataset<Row> atLevel(Dataset<Row> rows, String level) {
        Column decision = get(
                filter(
                        col(Predictions.LEVELS),
                        each -> each.getField(Predictions.LEVEL).equalTo(lit(Integer.parseInt(level)))),
                lit(0));
        Dataset<Row> decided =
                rows.withColumn(DECISION, decision).where(col(DECISION).isNotNull());
        for (String column : List.of(
                Predictions.LABEL,
                Predictions.PREDICTED,
                Predictions.CONFIDENCE,
                Predictions.LABEL_PROBABILITY,
                Predictions.LABEL_RANK)) {
            decided = decided.withColumn(column, col(DECISION).getField(column));
        }
        // the columns dropped here are about the classes themselves
        return decided.drop(
                DECISION,
                Predictions.LEVELS,
                Predictions.TOP_K,
                Predictions.PROBABILITIES,
                Predictions.UNLISTED_PROBABILITY);
    }
}
