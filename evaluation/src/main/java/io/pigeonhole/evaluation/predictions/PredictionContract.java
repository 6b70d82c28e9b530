package io.pigeonhole.evaluation.predictions;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.max;

import io.pigeonhole.evaluation.settings.EvaluationErrors;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.transforms.PipelineException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;

/** Checks the predictions and counts their rows before anything is computed. */
public final class PredictionContract {

    private static final List<String> REQUIRED = List.of(
            Predictions.EXAMPLE_ID,
            Predictions.MODEL,
            Predictions.VERSION,
            Predictions.SPLIT,
            Predictions.LABEL,
            Predictions.PREDICTED);
    /** Stands for the id of an example without one. */
    static final String NO_EXAMPLE = "(none)";
    /** How far rounding may move a probability out of its range. */
    private static final double ROUNDING = 1e-6;
    /** Limited because the replicates of all slices and levels are in memory at the same time. */
    static final int MOST_SLICES = 200;

    /** In the order of the bits of {@link PredictionCounts}. */
    private static final List<Rule> RULES = List.of(
            new Rule("without example_id, model, version or split", "Every prediction needs all four: add them"),
            new Rule("that are labelled but not predicted", "Score these examples, or remove them"),
            new Rule(
                    "with a probability that is not within 0 and 1",
                    "Probabilities are fractions, not percentages or raw scores, and never NaN: correct these columns"),
            new Rule(
                    "that list a class twice, or without its name or probability, in probabilities",
                    "A row lists each class at most once, with its name and probability: correct this column"));

    private PredictionContract() {}

    private record Rule(String what, String remedy) {}

    /**
     * Checks the predictions, and counts the rows of each slice of each split, labelled or not.
     *
     * @throws PipelineException (data contract) if there are no rows, required columns are missing or rows break a rule
     */
    public static Map<EvaluationKey, Long> rows(Dataset<Row> predictions) {
        return rows(predictions, PredictionScan.counts(predictions));
    }

    /** The same from the counts of all parts of the predictions. */
    static Map<EvaluationKey, Long> rows(Dataset<Row> predictions, List<PredictionCounts.Counted> counted) {
        List<PredictionCounts.CountedPart> parts =
                counted.stream().flatMap(each -> each.parts().stream()).toList();
        if (parts.isEmpty()) {
            throw EvaluationErrors.noPredictions();
        }
        for (int i = 0; i < RULES.size(); i++) {
            check(RULES.get(i), parts, i);
        }
        Map<EvaluationKey, Long> rows = new TreeMap<>();
        for (PredictionCounts.CountedPart part : parts) {
            EvaluationKey key = Objects.requireNonNull(part.key());
            part.slices().forEach((slice, count) -> rows.merge(key.withSlice(slice), count, Long::sum));
        }
        long slices =
                rows.keySet().stream().map(EvaluationKey::slice).distinct().count() - 1;
        if (slices > MOST_SLICES || counted.stream().anyMatch(PredictionCounts.Counted::tooManySlices)) {
            throw tooManySlices(predictions);
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

    private static PipelineException tooManySlices(Dataset<Row> predictions) {
        Row distinct = predictions
                .select(explode(col(Predictions.SLICES)).as(EvaluationKey.SLICE))
                .where(col(EvaluationKey.SLICE).notEqual(EvaluationKey.ALL))
                .agg(count_distinct(col(EvaluationKey.SLICE)), max(EvaluationKey.SLICE))
                .head();
        return EvaluationErrors.tooManySlices(distinct.getLong(0), MOST_SLICES, distinct.getString(1));
    }

    private static void check(Rule rule, List<PredictionCounts.CountedPart> parts, int at) {
        long broken = parts.stream().mapToLong(part -> part.broken()[at]).sum();
        if (broken > 0) {
            String example = parts.stream()
                    .filter(part -> part.broken()[at] > 0)
                    .map(part -> part.examples()[at])
                    .min(String::compareTo)
                    .orElseThrow();
            throw EvaluationErrors.badRows(broken, rule.what(), example, rule.remedy());
        }
    }

    /**
     * Checks that the predictions have the columns, of the right types.
     *
     * @throws PipelineException (data contract) if they do not
     */
    static void checkColumns(Dataset<Row> predictions) {
        Set<String> present = Set.copyOf(Arrays.asList(predictions.columns()));
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

    /** Whether a number is neither a probability nor one that rounding has moved. */
    static boolean isNoProbability(double value) {
        return !(value >= -ROUNDING && value <= 1 + ROUNDING);
    }
}
