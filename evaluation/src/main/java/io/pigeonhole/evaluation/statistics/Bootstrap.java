package io.pigeonhole.evaluation.statistics;

import java.io.Serializable;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.IntFunction;

/**
 * The percentile interval of bootstrap replicates (A. C. Davison and D. V. Hinkley, "Bootstrap methods and their
 * application", 1997, section 5.2: of R replicates, those at rank (R + 1) times the tail from either end), widened
 * where needed to include the figure itself. That is needed for statistics that resampling biases, such as the expected
 * calibration error and macro averages over rare classes. If all replicates are equal, the interval has no width: the
 * bootstrap only knows the given rows.
 */
public final class Bootstrap implements Serializable {

    private static final long serialVersionUID = 1L;

    private final double tail;

    public Bootstrap(double confidenceLevel) {
        this.tail = (1 - confidenceLevel) / 2;
    }

    /**
     * The figure with the interval of its replicates; replicates in which it is undefined are left out.
     *
     * @param length number of replicates plus one: index 0 is the data
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
