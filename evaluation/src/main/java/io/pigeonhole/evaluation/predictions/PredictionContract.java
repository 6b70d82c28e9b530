package io.pigeonhole.evaluation.predictions;

import static org.apache.spark.sql.functions.array_distinct;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.exists;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.evaluation.settings.EvaluationErrors;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.transforms.PipelineException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Checks the predictions and counts their rows before anything is computed. */
public final class PredictionContract {

    private static final List<String> REQUIRED = List.of(
            Predictions.EXAMPLE_ID,
            Predictions.MODEL,
            Predictions.VERSION,
            Predictions.SPLIT,
            Predictions.LABEL,
            Predictions.PREDICTED);
    /** How far rounding may move a probability out of its range. */
    private static final double ROUNDING = 1e-6;
    /** Limited because the replicates of all slices and levels are in memory at the same time. */
    private static final int MOST_SLICES = 200;

    private static final List<Rule> RULES = List.of(
            new Rule(
                    "without example_id, model, version or split",
                    "Every prediction needs all four: add them",
                    PredictionContract::withoutKey),
            new Rule(
                    "that are labelled but not predicted",
                    "Score these examples, or remove them",
                    present -> col(Predictions.LABEL)
                            .isNotNull()
                            .and(col(Predictions.PREDICTED).isNull())),
            new Rule(
                    "with a probability that is not within 0 and 1",
                    "Probabilities are fractions, not percentages or raw scores, and never NaN: correct these columns",
                    PredictionContract::outOfRange),
            new Rule(
                    "that list a class twice, or without its name or probability, in probabilities",
                    "A row lists each class at most once, with its name and probability: correct this column",
                    PredictionContract::badList));

    private PredictionContract() {}

    private interface Condition {
        Column of(Set<String> present);
    }

    private record Rule(String what, String remedy, Condition broken) {}

    /** Checks the predictions, and counts the rows of each slice of each split, labelled or not. */
    public static Map<EvaluationKey, Long> rows(Dataset<Row> predictions) {
        Set<String> present = Set.copyOf(Arrays.asList(predictions.columns()));
        checkColumns(predictions, present);
        Column[] figures = new Column[1 + 2 * RULES.size()];
        for (int i = 0; i < RULES.size(); i++) {
            Column broken = coalesce(RULES.get(i).broken().of(present), lit(false));
            figures[2 * i] = count_if(broken);
            figures[2 * i + 1] = min(when(broken, coalesce(text(Predictions.EXAMPLE_ID), lit("(none)"))));
        }
        figures[figures.length - 1] = count(lit(1));
        List<Row> groups = predictions
                .groupBy(
                        text(EvaluationKey.MODEL),
                        col(EvaluationKey.VERSION).cast(DataTypes.IntegerType),
                        text(EvaluationKey.SPLIT))
                .agg(figures[0], Arrays.copyOfRange(figures, 1, figures.length))
                .collectAsList();
        if (groups.isEmpty()) {
            throw EvaluationErrors.noPredictions();
        }
        for (int i = 0; i < RULES.size(); i++) {
            check(RULES.get(i), groups, 3 + 2 * i);
        }
        Map<EvaluationKey, Long> rows = new TreeMap<>();
        for (Row group : groups) {
            EvaluationKey key = new EvaluationKey(
                    group.getString(0), group.getInt(1), group.getString(2), EvaluationKey.ALL, EvaluationKey.LEAF);
            rows.put(key, group.getLong(group.length() - 1));
        }
        if (present.contains(Predictions.SLICES)) {
            addSlices(predictions, present, rows);
        }
        return rows;
    }

    /**
     * The model version and split of a set of predictions.
     *
     * @throws PipelineException (data contract) unless there is exactly one split of one model version
     */
    public static EvaluationKey subject(Dataset<Row> predictions) {
        Set<EvaluationKey> keys = rows(predictions.drop(Predictions.SLICES)).keySet();
        if (keys.size() != 1) {
            throw EvaluationErrors.notOneSubject(
                    keys.stream().map(EvaluationKey::toString).toList());
        }
        return keys.iterator().next();
    }

    private static void addSlices(Dataset<Row> predictions, Set<String> present, Map<EvaluationKey, Long> rows) {
        Column[] key = {
            text(EvaluationKey.MODEL).as(EvaluationKey.MODEL),
            col(EvaluationKey.VERSION).cast(DataTypes.IntegerType).as(EvaluationKey.VERSION),
            text(EvaluationKey.SPLIT).as(EvaluationKey.SPLIT),
            explode(SliceColumn.of(present)).as(EvaluationKey.SLICE)
        };
        Dataset<Row> slices =
                predictions.select(key).where(col(EvaluationKey.SLICE).notEqual(EvaluationKey.ALL));
        Row distinct = slices.agg(count_distinct(col(EvaluationKey.SLICE)), max(EvaluationKey.SLICE))
                .head();
        if (distinct.getLong(0) > MOST_SLICES) {
            throw EvaluationErrors.tooManySlices(distinct.getLong(0), MOST_SLICES, distinct.getString(1));
        }
        for (Row group : slices.groupBy(
                        EvaluationKey.MODEL, EvaluationKey.VERSION, EvaluationKey.SPLIT, EvaluationKey.SLICE)
                .count()
                .collectAsList()) {
            EvaluationKey slice = new EvaluationKey(
                    group.getString(0), group.getInt(1), group.getString(2), group.getString(3), EvaluationKey.LEAF);
            rows.put(slice, group.getLong(4));
        }
    }

    private static void check(Rule rule, List<Row> groups, int at) {
        long broken = groups.stream().mapToLong(group -> group.getLong(at)).sum();
        if (broken > 0) {
            String example = groups.stream()
                    .filter(group -> group.getLong(at) > 0)
                    .map(group -> group.getString(at + 1))
                    .min(String::compareTo)
                    .orElseThrow();
            throw EvaluationErrors.badRows(broken, rule.what(), example, rule.remedy());
        }
    }

    private static void checkColumns(Dataset<Row> predictions, Set<String> present) {
        List<String> missing =
                REQUIRED.stream().filter(column -> !present.contains(column)).toList();
        if (!missing.isEmpty()) {
            throw EvaluationErrors.missingColumns(missing, List.of(predictions.columns()));
        }
        List<String> levels =
                List.of(Predictions.LEVELS_TYPE.simpleString(), Predictions.LEVELS_WITHOUT_LISTS.simpleString());
        checkType(predictions, Predictions.TOP_K, List.of(Predictions.TOP_K_TYPE.simpleString()));
        checkType(predictions, Predictions.LEVELS, levels);
        checkType(predictions, Predictions.PROBABILITIES, List.of(Predictions.PROBABILITIES_TYPE.simpleString()));
        checkType(predictions, Predictions.SLICES, List.of("array<string>"));
    }

    /** Compares types by their simple string, which ignores nullability: it differs between readers. */
    private static void checkType(Dataset<Row> predictions, String column, List<String> expected) {
        if (List.of(predictions.columns()).contains(column)) {
            DataType found = predictions.schema().apply(column).dataType();
            if (!expected.contains(found.simpleString())) {
                throw EvaluationErrors.wrongType(column, found, expected.get(0));
            }
        }
    }

    private static Column withoutKey(Set<String> present) {
        Column missing = col(Predictions.EXAMPLE_ID).isNull();
        for (String column : List.of(Predictions.MODEL, Predictions.VERSION, Predictions.SPLIT)) {
            missing = missing.or(col(column).isNull());
        }
        return missing;
    }

    private static Column outOfRange(Set<String> present) {
        Column broken = lit(false);
        for (String column :
                List.of(Predictions.CONFIDENCE, Predictions.LABEL_PROBABILITY, Predictions.UNLISTED_PROBABILITY)) {
            if (present.contains(column)) {
                broken = broken.or(noProbability(col(column).cast(DataTypes.DoubleType)));
            }
        }
        if (present.contains(Predictions.LEVELS)) {
            broken = broken.or(coalesce(
                    exists(
                            col(Predictions.LEVELS),
                            level -> noProbability(level.getField(Predictions.CONFIDENCE))
                                    .or(noProbability(level.getField(Predictions.LABEL_PROBABILITY)))),
                    lit(false)));
        }
        if (present.contains(Predictions.PROBABILITIES)) {
            broken = broken.or(coalesce(
                    exists(
                            col(Predictions.PROBABILITIES),
                            entry -> noProbability(entry.getField(Predictions.PROBABILITY))),
                    lit(false)));
        }
        return broken;
    }

    private static Column badList(Set<String> present) {
        if (!present.contains(Predictions.PROBABILITIES)) {
            return lit(false);
        }
        Column classes = col(Predictions.PROBABILITIES).getField(Predictions.LABEL);
        return exists(
                        col(Predictions.PROBABILITIES),
                        entry -> entry.getField(Predictions.LABEL)
                                .isNull()
                                .or(entry.getField(Predictions.PROBABILITY).isNull()))
                .or(size(array_distinct(classes)).notEqual(size(classes)));
    }

    /** Spark sorts NaN above every number, so the second comparison finds it. */
    private static Column noProbability(Column value) {
        return coalesce(value.lt(-ROUNDING).or(value.gt(1 + ROUNDING)), lit(false));
    }

    private static Column text(String column) {
        return col(column).cast(DataTypes.StringType);
    }
}
