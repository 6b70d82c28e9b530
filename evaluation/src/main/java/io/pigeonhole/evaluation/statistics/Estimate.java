package io.pigeonhole.evaluation.statistics;

import java.io.Serializable;

/** A figure and its interval: finite, with {@code low <= value <= high}. */
public record Estimate(double value, double low, double high) implements Serializable {

    public Estimate {
        if (!Double.isFinite(value) || !Double.isFinite(low) || !Double.isFinite(high) || low > value || value > high) {
            throw new IllegalArgumentException("not an estimate: " + low + " <= " + value + " <= " + high);
        }
    }

    /** A number of rows, known without error. */
    public static Estimate ofCount(long rows) {
        return exact((double) rows);
    }

    /** A figure that is known without error. */
    public static Estimate exact(double value) {
        return new Estimate(value, value, value);
    }
}
