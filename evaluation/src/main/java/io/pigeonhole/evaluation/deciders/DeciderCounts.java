package io.pigeonhole.evaluation.deciders;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.predictions.SliceColumn;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rows that one rule or model decided.
 *
 * @param rows all of them
 * @param labelled those with a label
 * @param right those of them whose label is the decision
 */
public record DeciderCounts(long rows, long labelled, long right) {

    /** The metric of gates: the share of right decisions among the labelled rows that one rule or model decided. */
    public static final String ACCURACY = "decider_accuracy";

    static final DeciderCounts NONE = new DeciderCounts(0, 0, 0);

    DeciderCounts plus(DeciderCounts other) {
        return new DeciderCounts(rows + other.rows, labelled + other.labelled, right + other.right);
    }

    /**
     * The counts of each split and slice by what decided, in one query.
     *
     * @param predictions in the schema of {@link Predictions}, with {@link Predictions#DECIDED_BY}; rows without a name
     *     there are left out
     */
    public static TreeMap<EvaluationKey, TreeMap<String, DeciderCounts>> of(Dataset<Row> predictions) {
        TreeMap<EvaluationKey, TreeMap<String, DeciderCounts>> counts = new TreeMap<>();
        int at = EvaluationKey.COLUMNS.size();
        predictions
                .where(col(Predictions.DECIDED_BY).isNotNull())
                .withColumn(
                        EvaluationKey.SLICE, explode(SliceColumn.of(Set.copyOf(Arrays.asList(predictions.columns())))))
                .withColumn(EvaluationKey.LEVEL, lit(EvaluationKey.LEAF))
                .groupBy(EvaluationKey.columns(Predictions.DECIDED_BY))
                .agg(
                        count(lit(1)),
                        count(col(Predictions.LABEL)),
                        count(when(col(Predictions.PREDICTED).equalTo(col(Predictions.LABEL)), 1)))
                .collectAsList()
                .forEach(row -> counts.computeIfAbsent(EvaluationKey.fromRow(row), key -> new TreeMap<>())
                        .put(
                                row.getString(at),
                                new DeciderCounts(row.getLong(at + 1), row.getLong(at + 2), row.getLong(at + 3))));
        return counts;
    }
}
