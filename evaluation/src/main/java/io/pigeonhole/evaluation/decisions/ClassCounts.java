package io.pigeonhole.evaluation.decisions;

import io.pigeonhole.evaluation.statistics.Estimate;
import java.io.Serializable;

/**
 * Counts of one class: rows with its label, rows predicted to be of it, and rows that are both.
 *
 * @param f1 {@code 2 correct / (support + predicted)}; always defined, as a class has at least one row of either kind
 */
public record ClassCounts(String label, long support, long predicted, long correct, Estimate f1)
        implements Serializable {

    public ClassCounts {
        if (correct < 0 || correct > Math.min(support, predicted) || support + predicted == 0) {
            throw new IllegalArgumentException("class '" + label + "': " + support + ", " + predicted + ", " + correct);
        }
    }

    /** Zero where no row was predicted to be of the class, as in macro averages. */
    double precisionOrZero() {
        return predicted == 0 ? 0 : (double) correct / predicted;
    }

    /** Zero where no row has the label, as in macro averages. */
    double recallOrZero() {
        return support == 0 ? 0 : (double) correct / support;
    }
}
