package io.pigeonhole.evaluation.unknown;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.predictions.SliceColumn;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The labelled rows of one scope by what they are and what was decided.
 *
 * @param inScope rows of classes
 * @param lost those of them that are decided to be unknown
 * @param correct those of them that are decided for their class
 * @param wrong those of them whose most probable class, or decision if that is a class, is another one
 * @param unknown rows of no class
 * @param found those of them that are decided to be unknown
 * @param scored rows of both kinds with an unknown score
 */
public record UnknownCounts(long inScope, long lost, long correct, long wrong, long unknown, long found, long scored)
        implements Serializable {

    /** Metrics of the decision, by name, in the order of the tables. */
    public static final String RECALL = "unknown_recall";

    public static final String PRECISION = "unknown_precision";
    public static final String LOSS = "in_scope_loss";
    public static final String IN_SCOPE_ACCURACY = "in_scope_accuracy";
    public static final String OPEN_ACCURACY = "open_accuracy";

    /** All of them. */
    public static final Set<String> METRICS = Set.of(RECALL, PRECISION, LOSS, IN_SCOPE_ACCURACY, OPEN_ACCURACY);

    static final String IS_UNKNOWN = "row_is_unknown";
    static final String WRONG = "row_is_wrong";

    /** Some rows of a kind among others. */
    public record Proportion(long successes, long trials) {
        /** The share with its score interval; absent without rows. */
        public Optional<Estimate> estimate(Wilson wilson) {
            return trials == 0 ? Optional.empty() : Optional.of(wilson.estimate(successes, trials));
        }
    }

    /** The proportions that judge a rule, by the name of their metric. */
    public Map<String, Proportion> proportions() {
        Map<String, Proportion> proportions = new LinkedHashMap<>();
        proportions.put(RECALL, new Proportion(found, unknown));
        proportions.put(PRECISION, new Proportion(found, found + lost));
        proportions.put(LOSS, new Proportion(lost, inScope));
        proportions.put(IN_SCOPE_ACCURACY, new Proportion(correct, inScope));
        proportions.put(OPEN_ACCURACY, new Proportion(correct + found, inScope + unknown));
        return proportions;
    }

    /**
     * The labelled rows, once for each of their slices, with the columns of the key, {@link #IS_UNKNOWN} and
     * {@link #WRONG}.
     *
     * @param predictions in the schema of {@link Predictions}, with {@link Predictions#IS_UNKNOWN} and
     *     {@link Predictions#UNKNOWN_SCORE}
     */
    static Dataset<Row> rows(Dataset<Row> predictions) {
        Column best = when(
                        col(Predictions.PREDICTED).equalTo(Predictions.UNKNOWN),
                        element_at(col(Predictions.TOP_K), 1).getField(Predictions.LABEL))
                .otherwise(col(Predictions.PREDICTED));
        return predictions
                .where(col(Predictions.LABEL).isNotNull())
                .withColumn(
                        EvaluationKey.SLICE, explode(SliceColumn.of(Set.copyOf(Arrays.asList(predictions.columns())))))
                .withColumn(EvaluationKey.LEVEL, lit(EvaluationKey.LEAF))
                .withColumn(IS_UNKNOWN, coalesce(col(Predictions.IS_UNKNOWN), lit(false)))
                .withColumn(WRONG, not(best.equalTo(col(Predictions.LABEL))));
    }

    /** The counts of each split and slice, in their order. */
    public static SortedMap<EvaluationKey, UnknownCounts> of(Dataset<Row> predictions) {
        Column inScope = not(col(IS_UNKNOWN));
        Column rejected = col(Predictions.PREDICTED).equalTo(Predictions.UNKNOWN);
        TreeMap<EvaluationKey, UnknownCounts> counts = new TreeMap<>();
        rows(predictions)
                .groupBy(EvaluationKey.columns())
                .agg(
                        count(when(inScope, 1)),
                        count(when(inScope.and(rejected), 1)),
                        count(when(inScope.and(col(Predictions.PREDICTED).equalTo(col(Predictions.LABEL))), 1)),
                        count(when(inScope.and(col(WRONG)), 1)),
                        count(when(col(IS_UNKNOWN), 1)),
                        count(when(col(IS_UNKNOWN).and(rejected), 1)),
                        count(col(Predictions.UNKNOWN_SCORE)))
                .collectAsList()
                .forEach(row -> counts.put(EvaluationKey.fromRow(row), of(row, EvaluationKey.COLUMNS.size())));
        return counts;
    }

    private static UnknownCounts of(Row row, int at) {
        return new UnknownCounts(
                row.getLong(at),
                row.getLong(at + 1),
                row.getLong(at + 2),
                row.getLong(at + 3),
                row.getLong(at + 4),
                row.getLong(at + 5),
                row.getLong(at + 6));
    }

    boolean isScored() {
        return scored == inScope + unknown && scored > 0;
    }
}
