package io.pigeonhole.training.prior;

import java.util.Arrays;
import java.util.Locale;

/** The probabilities that a {@link PriorModel} gives to the classes; it decides for the most probable class. */
public enum PriorStrategy {
    /** Those of the training rows: the class's share of their weight. */
    PRIOR,
    /** 1 for the class of the largest weight, 0 for the others. */
    MOST_FREQUENT,
    /** The same for each class, so that it decides for the first class by name, where scikit-learn draws a class at random. */
    UNIFORM;

    /** The name as parameters write it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    static PriorStrategy of(String code) {
        return Arrays.stream(values())
                .filter(strategy -> strategy.code().equals(code))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("strategy must be prior, most_frequent or uniform, not " + code));
    }

    /** @param weights of the training rows, by class */
    double[] probabilities(double[] weights) {
        double[] probabilities = new double[weights.length];
        switch (this) {
            case PRIOR -> {
                double total = Arrays.stream(weights).sum();
                Arrays.setAll(probabilities, i -> weights[i] / total);
            }
            case MOST_FREQUENT -> probabilities[first(weights)] = 1;
            case UNIFORM -> Arrays.fill(probabilities, 1.0 / weights.length);
        }
        return probabilities;
    }

    /** The place of the largest value, of equal ones the first. */
    private static int first(double[] values) {
        int first = 0;
        for (int i = 1; i < values.length; i++) {
            first = values[i] > values[first] ? i : first;
        }
        return first;
    }
}
