package io.pigeonhole.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;

/** A figure with its bootstrap replicates, from which there is an interval at any level. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Replicated(double value, double[] ascending) {

    /** Replicates that must lie beyond a percentile for it to stand on its own. */
    private static final int FEWEST_BEYOND = 5;

    /** A metric of one side; empty where it is not defined. */
    static Optional<Replicated> of(BootstrapMetric metric, ScopeReplicates scope) {
        double[] values = values(metric, scope);
        return Double.isNaN(values[0]) ? Optional.empty() : Optional.of(sorted(values));
    }

    /** The second side's metric less the first's, replicate by replicate; empty where either is not defined. */
    static Optional<Replicated> difference(BootstrapMetric metric, ScopeReplicates first, ScopeReplicates second) {
        double[] differences = values(metric, second);
        double[] ofFirst = values(metric, first);
        for (int i = 0; i < differences.length; i++) {
            differences[i] -= ofFirst[i];
        }
        return Double.isNaN(differences[0]) ? Optional.empty() : Optional.of(sorted(differences));
    }

    /** The metric of the data themselves. */
    static double value(BootstrapMetric metric, ScopeReplicates scope) {
        return values(metric, scope)[0];
    }

    /** Of the data (index 0) and of every replicate; NaN within here alone, for where the metric is not defined. */
    private static double[] values(BootstrapMetric metric, ScopeReplicates scope) {
        double[] values = new double[scope.length()];
        if (metric == BootstrapMetric.LOG_LOSS
                && scope.scored != Totals.ofReplicate(scope, 0).rows()) {
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

    private static Replicated sorted(double[] values) {
        double[] replicates = Arrays.stream(values, 1, values.length)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        return new Replicated(values[0], replicates);
    }

    /**
     * The percentile interval. At a level that leaves too few replicates in its tails, it is widened to hold the normal
     * interval of the replicates' standard deviation.
     */
    Estimate at(double confidenceLevel) {
        Estimate percentile = new Bootstrap(confidenceLevel).estimate(value, ascending.clone(), ascending.length);
        double tail = (1 - confidenceLevel) / 2;
        if (ascending.length < 2 || tail * ascending.length >= FEWEST_BEYOND) {
            return percentile;
        }
        double z = new NormalDistribution().inverseCumulativeProbability(1 - tail);
        double half = z * new StandardDeviation().evaluate(ascending);
        return new Estimate(value, Math.min(percentile.low(), value - half), Math.max(percentile.high(), value + half));
    }

    /**
     * Two-sided p-value of "it is zero": twice the share of replicates on the other side, which counts the data as one of
     * them and so is never 0.
     */
    double p() {
        long notAbove =
                Arrays.stream(ascending).filter(replicate -> replicate <= 0).count();
        long notBelow =
                Arrays.stream(ascending).filter(replicate -> replicate >= 0).count();
        return Math.min(1, 2 * (Math.min(notAbove, notBelow) + 1.0) / (ascending.length + 1.0));
    }
}
