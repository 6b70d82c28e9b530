package io.pigeonhole.jobs.configuration;

/**
 * The rule that decides that a row is of none of the classes. It is fitted on the validation rows of the classes alone.
 *
 * @param atMostInScopeLoss share of the rows of the model's classes that may be decided to be of none
 * @param perClass whether each class has a threshold of its own, for the rows for which it is the most probable one
 * @param minimumRows validation rows that a class must be the most probable one of for a threshold of its own; the
 *     others share one
 */
public record UnknownConfig(double atMostInScopeLoss, boolean perClass, int minimumRows) {

    public UnknownConfig {
        if (!(atMostInScopeLoss > 0 && atMostInScopeLoss < 1)) {
            throw ConfigurationErrors.inScopeLoss(atMostInScopeLoss);
        }
        if (minimumRows < 1) {
            throw ConfigurationErrors.unknownRows(minimumRows);
        }
    }

    /** Least validation rows that a threshold can keep its share of: those of which it may lose one. */
    public int leastRows() {
        return (int) Math.ceil(1 / atMostInScopeLoss - 1 - 1e-9);
    }
}
