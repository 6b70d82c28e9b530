package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the scan of scores must know of a scope. The decisions themselves are read like one more class, called null: its
 * probability is the confidence, and its rows are the correct ones.
 *
 * @param rows labelled rows
 * @param confident labelled rows with a confidence
 * @param correct those of them that were classified correctly
 * @param listed whether every labelled row lists the probabilities of its classes
 * @param unlisted largest probability that a class may have where a row does not list it
 * @param weights weights of all labelled rows together, in the data (index 0) and in every bootstrap replicate
 * @param support rows of each class that occurs in labels or predictions
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ScoreScope(
        EvaluationKey key,
        long rows,
        long confident,
        long correct,
        boolean listed,
        double unlisted,
        long[] weights,
        Map<String, Long> support)
        implements Serializable {

    boolean isWholeSplit() {
        return key.slice().equals(EvaluationKey.ALL);
    }

    /** Whether the figures of the class, or with null those of confidence, can be computed here. */
    boolean covers(@Nullable String label) {
        return label == null ? confident > 0 : listed;
    }

    /** Whether the class occurs in labels or predictions. */
    boolean has(String label) {
        return support.containsKey(label);
    }

    long rows(@Nullable String label) {
        return label == null ? confident : rows;
    }

    long positives(@Nullable String label) {
        return label == null ? correct : support.getOrDefault(label, 0L);
    }

    /** Probability up to which rows cannot be distinguished from those that leave the class out. */
    double floor(@Nullable String label) {
        return label == null ? 0 : unlisted;
    }
}
