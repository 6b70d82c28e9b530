package io.pigeonhole.evaluation;

import java.io.Serializable;
import java.util.Map;

/**
 * A whole split at one level, whose rows all list the probabilities of their classes.
 *
 * @param rows labelled rows
 * @param unlisted largest probability that a class may have where a row does not list it
 * @param weights weights of all rows together, in the data (index 0) and in every bootstrap replicate
 * @param support rows of each class that occurs in labels or predictions
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ScoreScope(EvaluationKey key, long rows, double unlisted, long[] weights, Map<String, Long> support)
        implements Serializable {

    /** Rows of the class; it must be one that occurs. */
    long support(String label) {
        Long known = support.get(label);
        if (known == null) {
            throw new IllegalArgumentException("class '" + label + "' does not occur in " + key);
        }
        return known;
    }
}
