package io.pigeonhole.evaluation.gates;

import io.pigeonhole.evaluation.decisions.Replicated;
import io.pigeonhole.evaluation.statistics.ClassMetric;
import io.pigeonhole.evaluation.statistics.Differences;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.PairedCounts;
import io.pigeonhole.evaluation.statistics.PairedCounts.Side;
import io.pigeonhole.evaluation.statistics.Wilson;

/** What a gate is judged on: a figure that has an interval at any level, now and with more rows of the same kind. */
sealed interface GateEvidence {

    /**
     * The figure with its interval.
     *
     * @param factor rows that there would be for each one there is; the figure stays
     */
    Estimate at(double confidenceLevel, double factor);

    /** A metric of one class. */
    record OfClass(ClassMetric metric, Side side) implements GateEvidence {
        @Override
        public Estimate at(double confidenceLevel, double factor) {
            return metric.estimate(side.times(factor), Wilson.at(confidenceLevel));
        }
    }

    /** How much higher a metric of one class is than the champion's on the same rows. */
    record AheadInClass(ClassMetric metric, PairedCounts counts) implements GateEvidence {
        @Override
        public Estimate at(double confidenceLevel, double factor) {
            return Differences.paired(metric, counts.times(factor), Wilson.at(confidenceLevel));
        }
    }

    /** A metric of all classes, or how much higher it is than the champion's; bounds draw near by the root of the rows. */
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
