package io.pigeonhole.evaluation.decisions;

import io.pigeonhole.evaluation.statistics.Bootstrap;
import io.pigeonhole.evaluation.statistics.Estimate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;

/**
 * A figure with its bootstrap replicates, from which an interval at any level can be computed.
 *
 * @param least the figure is never below this, and never above {@code most}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Replicated(double value, double[] ascending, double least, double most) {

    /** Number of replicates beyond a percentile from which on it is reliable by itself. */
    private static final int FEWEST_BEYOND = 5;

    /** A metric of one side; empty where it is not defined. */
    public static Optional<Replicated> of(BootstrapMetric metric, ScopeReplicates scope) {
        double[] values = values(metric, scope);
        return sorted(values, metric.least(), metric.most());
    }

    /** The second side's metric minus the first's, replicate by replicate; empty where either is undefined. */
    public static Optional<Replicated> difference(
            BootstrapMetric metric, ScopeReplicates first, ScopeReplicates second) {
        double[] differences = values(metric, second);
        double[] ofFirst = values(metric, first);
        for (int i = 0; i < differences.length; i++) {
            differences[i] -= ofFirst[i];
        }
        return sorted(differences, metric.least() - metric.most(), metric.most() - metric.least());
    }

    /** The metric of the data themselves. */
    public static double value(BootstrapMetric metric, ScopeReplicates scope) {
        return values(metric, scope)[0];
    }

    /**
     * The values of the data (index 0) and of every replicate; NaN, which does not leave this class, where the metric
     * is undefined.
     */
    private static double[] values(BootstrapMetric metric, ScopeReplicates scope) {
        double[] values = new double[scope.length()];
        if (!metric.isKnown(scope)) {
            Arrays.fill(values, Double.NaN);
            return values;
        }
        List<ClassCounts> classes = scope.classes.stream()
                .sorted(Comparator.comparing(ClassCounts::label))
                .toList();
        values[0] = metric.of(Totals.ofData(scope, classes)).orElse(Double.NaN);
        for (int i = 1; i < values.length; i++) {
            values[i] = metric.of(Totals.ofReplicate(scope, i)).orElse(Double.NaN);
        }
        return values;
    }

    private static Optional<Replicated> sorted(double[] values, double least, double most) {
        if (Double.isNaN(values[0])) {
            return Optional.empty();
        }
        double[] replicates = Arrays.stream(values, 1, values.length)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        return Optional.of(new Replicated(values[0], replicates, least, most));
    }

    /**
     * The percentile interval together with its mirror image, the basic interval (A. C. Davison and D. V. Hinkley,
     * "Bootstrap methods and their application", 1997, section 5.2). Resampling adds a second bias to that of the
     * sample. It is largest for the calibration error, which grows with noise: the percentile interval of a calibrated
     * model lies above the true value. At a level that leaves too few replicates in the tails, the interval is widened
     * to include the normal interval of the replicates' standard deviation.
     */
    public Estimate at(double confidenceLevel) {
        Estimate percentile = new Bootstrap(confidenceLevel).estimate(value, ascending.clone(), ascending.length);
        double half = Math.max(value - percentile.low(), percentile.high() - value);
        double tail = (1 - confidenceLevel) / 2;
        if (ascending.length > 1 && tail * ascending.length < FEWEST_BEYOND) {
            double z = new NormalDistribution().inverseCumulativeProbability(1 - tail);
            half = Math.max(half, z * new StandardDeviation().evaluate(ascending));
        }
        return new Estimate(value, Math.max(least, value - half), Math.min(most, value + half));
    }

    /**
     * Two-sided p-value of "it is zero": twice the share of replicates on the other side of 0. The data count as one of
     * the replicates, so it is never 0.
     */
    public double p() {
        long notAbove =
                Arrays.stream(ascending).filter(replicate -> replicate <= 0).count();
        long notBelow =
                Arrays.stream(ascending).filter(replicate -> replicate >= 0).count();
        return Math.min(1, 2 * (Math.min(notAbove, notBelow) + 1.0) / (ascending.length + 1.0));
    }
}
