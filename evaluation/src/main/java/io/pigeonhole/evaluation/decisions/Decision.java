package io.pigeonhole.evaluation.decisions;

import io.pigeonhole.evaluation.tables.EvaluationKey;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * One labelled example at one level.
 *
 * @param unit hash of the example, the unit that the bootstrap draws
 * @param scored whether the probability of the label is known, or known to be missing as the label was never trained
 * @param rank of the label, 1 is best; 0 when it has none
 * @param ranksKnown how many ranks were looked at: a label without rank may still be beyond them
 * @param sharedNodes nodes that the paths of label and prediction share; 0 away from the leaves
 * @param listed whether the probabilities of the classes are known, as far as they were worth listing
 * @param unlisted largest probability that a class which is not listed may have
 */
record Decision(
        EvaluationKey key,
        long unit,
        String label,
        String predicted,
        @Nullable Double confidence,
        @Nullable Double labelProbability,
        boolean scored,
        int rank,
        int ranksKnown,
        int sharedNodes,
        int labelNodes,
        int predictedNodes,
        boolean listed,
        double unlisted) {

    /** Edges between label and prediction in the tree: up from the one to where their paths part, and down to the other. */
    int distance() {
        return labelNodes + predictedNodes - 2 * sharedNodes;
    }

    /** Reads a row of {@link DecisionRows}. */
    static Decision fromRow(Row row) {
        return new Decision(
                EvaluationKey.fromRow(row),
                row.getLong(5),
                row.getString(6),
                row.getString(7),
                row.isNullAt(8) ? null : (Double) row.getDouble(8),
                row.isNullAt(9) ? null : (Double) row.getDouble(9),
                row.getBoolean(10),
                row.getInt(11),
                row.getInt(12),
                row.getInt(13),
                row.getInt(14),
                row.getInt(15),
                row.getBoolean(16),
                row.getDouble(17));
    }
}
