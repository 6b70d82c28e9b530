package io.pigeonhole.evaluation.decisions;

import io.pigeonhole.evaluation.statistics.Estimate;
import java.io.Serializable;

/**
 * What is known of one class: rows that bear its label, rows predicted to be it, rows that are both.
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

    /** Zero where nothing was predicted to be the class, as in macro averages. */
    double precisionOrZero() {
        return predicted == 0 ? 0 : (double) correct / predicted;
    }

    /** Zero where nothing bears the label, as in macro averages. */
    double recallOrZero() {
        return support == 0 ? 0 : (double) correct / support;
    }
}
