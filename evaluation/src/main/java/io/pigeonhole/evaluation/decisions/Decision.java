package io.pigeonhole.evaluation.decisions;

import io.pigeonhole.evaluation.tables.EvaluationKey;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * One labelled example at one level.
 *
 * @param unit hash of the example, the unit that the bootstrap draws
 * @param scored whether the probability of the label is known; it is also known, as 0, of a label that never occurred
 *     in training
 * @param rank of the label, 1 is best; 0 when it has none
 * @param ranksKnown number of ranks that are known: a label without a rank may have a larger one
 * @param sharedNodes nodes that the paths of label and prediction share; 0 above the leaves
 * @param listed whether the row lists probabilities of classes
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

    /**
     * Number of edges between label and prediction in the tree: up from one to their common node, and down to the
     * other.
     */
    int distance() {
        return labelNodes + predictedNodes - 2 * sharedNodes;
    }

    /** Reads a row of {@link DecisionRows}. */
    static Decision fromRow(Row row) {
        return new Decision(
                EvaluationKey.fromRow(row),
                row.getLong(DecisionColumn.UNIT.at()),
                row.getString(DecisionColumn.LABEL.at()),
                row.getString(DecisionColumn.PREDICTED.at()),
                number(row, DecisionColumn.CONFIDENCE),
                number(row, DecisionColumn.LABEL_PROBABILITY),
                row.getBoolean(DecisionColumn.SCORED.at()),
                row.getInt(DecisionColumn.RANK.at()),
                row.getInt(DecisionColumn.RANKS_KNOWN.at()),
                row.getInt(DecisionColumn.SHARED_NODES.at()),
                row.getInt(DecisionColumn.LABEL_NODES.at()),
                row.getInt(DecisionColumn.PREDICTED_NODES.at()),
                row.getBoolean(DecisionColumn.LISTED.at()),
                row.getDouble(DecisionColumn.UNLISTED.at()));
    }

    private static @Nullable Double number(Row row, DecisionColumn column) {
        return row.isNullAt(column.at()) ? null : (Double) row.getDouble(column.at());
    }
}
