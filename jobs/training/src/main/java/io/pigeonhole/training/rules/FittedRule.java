package io.pigeonhole.training.rules;

import java.io.Serializable;

/**
 * A rule with what labelled rows say about it.
 *
 * @param rule as written
 * @param rows labelled rows that it matches
 * @param right those of them that are of its class
 * @param low lower bound of the share of right ones; 0 without rows
 */
public record FittedRule(Rule rule, long rows, long right, double low) implements Serializable {

    /** The least probability of the class of a binding rule: more than all others together have. */
    private static final double LEAST_OF_BINDING = 0.51;

    public FittedRule {
        if (right < 0 || right > rows || !(low >= 0 && low <= 1)) {
            throw new IllegalArgumentException("not figures of a rule: " + right + " of " + rows + ", above " + low);
        }
    }

    /**
     * The probability that a row of the rule is of its class: {@code (right + 1) / (rows + 2)}, Laplace's rule of
     * succession, so that it is never 0 or 1; at least the lower bound, and at least 0.51 if the rule is binding.
     */
    public double probability() {
        double estimate = Math.max(low, (right + 1.0) / (rows + 2.0));
        return rule.binding() ? Math.max(LEAST_OF_BINDING, estimate) : estimate;
    }

    /** Whether it decides a row that it matches and of which the model is this sure. */
    boolean decidesAt(double confidence) {
        return rule.binding() || low > confidence;
    }
}
