package io.pigeonhole.evaluation.statistics;

import java.io.Serializable;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.IntFunction;

/**
 * The percentile interval of bootstrap replicates (A. C. Davison and D. V. Hinkley, "Bootstrap methods and their
 * application", 1997, section 5.2: of R replicates, those that are (R + 1) times the tail from either end), widened where
 * needed to hold the figure itself. That happens to statistics which resampling shifts, such as the expected calibration
 * error and macro averages over rare classes. Replicates that are all alike give an interval of no width: the bootstrap
 * cannot see beyond the rows at hand.
 */
public final class Bootstrap implements Serializable {

    private static final long serialVersionUID = 1L;

    private final double tail;

    public Bootstrap(double confidenceLevel) {
        this.tail = (1 - confidenceLevel) / 2;
    }

    /**
     * The figure with the interval of its replicates, those that it is not defined for left out.
     *
     * @param length number of the replicates and one: index 0 is the data
     */
    public Estimate estimate(double value, int length, IntFunction<OptionalDouble> replicate) {
        double[] values = new double[length - 1];
        int count = 0;
        for (int i = 1; i < length; i++) {
            OptionalDouble replicated = replicate.apply(i);
            if (replicated.isPresent()) {
                values[count++] = replicated.getAsDouble();
            }
        }
        return estimate(value, values, count);
    }

    /** The figure with the interval of the first {@code count} replicates, which are sorted in place. */
    public Estimate estimate(double value, double[] replicates, int count) {
        if (count == 0) {
            return Estimate.exact(value);
        }
        Arrays.sort(replicates, 0, count);
        int below = Math.max(0, (int) Math.floor(tail * (count + 1)) - 1);
        double low = replicates[below];
        double high = replicates[count - 1 - below];
        return new Estimate(value, Math.min(low, value), Math.max(high, value));
    }
}
