package io.pigeonhole.evaluation.gates;

import io.pigeonhole.evaluation.decisions.Replicated;
import io.pigeonhole.evaluation.statistics.ClassMetric;
import io.pigeonhole.evaluation.statistics.Differences;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.PairedCounts;
import io.pigeonhole.evaluation.statistics.PairedCounts.Side;
import io.pigeonhole.evaluation.statistics.Wilson;

/**
 * The figure that a gate is judged on, with an interval at any level, for the present rows and for more rows of the
 * same kind.
 */
sealed interface GateEvidence {

    /**
     * The figure with its interval.
     *
     * @param factor number of rows relative to the present ones; the figure itself stays the same
     */
    Estimate at(double confidenceLevel, double factor);

    /** A metric of one class. */
    record OfClass(ClassMetric metric, Side side) implements GateEvidence {
        @Override
        public Estimate at(double confidenceLevel, double factor) {
            return metric.estimate(side.times(factor), Wilson.at(confidenceLevel));
        }
    }

    /** The difference of a metric of one class to the champion's, on the same rows. */
    record AheadInClass(ClassMetric metric, PairedCounts counts) implements GateEvidence {
        @Override
        public Estimate at(double confidenceLevel, double factor) {
            return Differences.paired(metric, counts.times(factor), Wilson.at(confidenceLevel));
        }
    }

    /**
     * A metric of all classes, or its difference to the champion's; the width of the interval shrinks with the square
     * root of the number of rows.
     */
    record OfAll(Replicated replicated) implements GateEvidence {
        @Override
        public Estimate at(double confidenceLevel, double factor) {
            Estimate now = replicated.at(confidenceLevel);
            double root = Math.sqrt(factor);
            return new Estimate(
                    now.value(),
                    now.value() - (now.value() - now.low()) / root,
                    now.value() + (now.high() - now.value()) / root);
        }
    }
}
