package io.pigeonhole.evaluation.statistics;

import java.io.Serializable;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The percentile interval of bootstrap replicates (A. C. Davison and D. V. Hinkley, "Bootstrap methods and their
 * application", 1997, section 5.2: of R replicates, those at rank (R + 1) times the tail from either end), widened
 * where needed to include the figure itself. That is needed for statistics that resampling biases, such as macro
 * averages over rare classes. If all replicates are equal, the interval has no width: the bootstrap only knows the given
 * rows.
 *
 * <p>Errors of calibration and parts of the Brier score are too large in any sample: by about {@code sum over bins of
 * p(1 - p) / rows} for the reliability (J. Bröcker, "Estimating reliability and resolution of probability forecasts
 * through decomposition of the empirical score", Climate Dynamics 39, 2012). Resampling adds the same bias once more, so
 * the percentiles lie too high by twice the bias, which the mean of the replicates shows. {@link #corrected} and {@link
 * #ofError} remove it. Percentiles of percentiles (BCa: B. Efron, "Better bootstrap confidence intervals", JASA 82, 1987)
 * cannot, as all replicates may lie above the figure.
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
        double[] replicates = replicates(length, replicate);
        return estimate(value, replicates, replicates.length);
    }

    /** The figure with the interval of the first {@code count} replicates, which are sorted in place. */
    public Estimate estimate(double value, double[] replicates, int count) {
        if (count == 0) {
            return Estimate.exact(value);
        }
        Arrays.sort(replicates, 0, count);
        return widened(value, low(replicates, count), high(replicates, count));
    }

    /** The figure with the interval of its replicates, which are sorted in place, less twice their bias. */
    public Estimate corrected(double value, double[] replicates) {
        if (replicates.length == 0) {
            return Estimate.exact(value);
        }
        double bias = bias(value, replicates);
        Arrays.sort(replicates);
        return widened(
                value, low(replicates, replicates.length) - 2 * bias, high(replicates, replicates.length) - 2 * bias);
    }

    /**
     * An error of calibration, which is never negative, with its interval. The upper bound is lowered by the bias once
     * and the lower one twice: an absolute gap is biased the less the larger it is, so twice is too much for it. The
     * lower bound is 0 if the error is not larger than chance makes that of a model whose gaps are all 0; near 0 the
     * replicates show only a part of the bias of an absolute gap.
     *
     * @param replicates sorted in place
     * @param chance the error in each replicate after the gap of the data was taken from that of each bin; sorted in
     *     place
     */
    public Estimate ofError(double value, double[] replicates, double[] chance) {
        if (replicates.length == 0) {
            return Estimate.exact(value);
        }
        double bias = Math.max(0, bias(value, replicates));
        Arrays.sort(replicates);
        Arrays.sort(chance);
        boolean isChance = value <= high(chance, chance.length);
        double low = isChance ? 0 : Math.max(0, low(replicates, replicates.length) - 2 * bias);
        return widened(value, low, high(replicates, replicates.length) - bias);
    }

    /** The figures of the replicates, without those in which it is undefined. */
    public static double[] replicates(int length, IntFunction<OptionalDouble> replicate) {
        return IntStream.range(1, length)
                .mapToObj(replicate)
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .toArray();
    }

    /** The mean of the replicates, added in their order, less the figure. */
    private static double bias(double value, double[] replicates) {
        double sum = 0;
        for (double replicate : replicates) {
            sum += replicate;
        }
        return sum / replicates.length - value;
    }

    private double low(double[] ascending, int count) {
        return ascending[beyond(count)];
    }

    private double high(double[] ascending, int count) {
        return ascending[count - 1 - beyond(count)];
    }

    private int beyond(int count) {
        return Math.max(0, (int) Math.floor(tail * (count + 1)) - 1);
    }

    private static Estimate widened(double value, double low, double high) {
        return new Estimate(value, Math.min(low, value), Math.max(high, value));
    }
}
