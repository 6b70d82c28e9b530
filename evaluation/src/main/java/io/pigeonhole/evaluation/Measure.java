package io.pigeonhole.evaluation;

import io.pigeonhole.evaluation.PairedCounts.Side;

/** What a gate is judged on: a figure that has an interval at any level, now and with more rows of the same kind. */
sealed interface Measure {

    /**
     * The figure with its interval.
     *
     * @param factor rows that there would be for each one there is; the figure stays
     */
    Estimate at(double confidenceLevel, double factor);

    /** A metric of one class. */
    record OfClass(ClassMetric metric, Side side) implements Measure {
        @Override
        public Estimate at(double confidenceLevel, double factor) {
            return metric.estimate(side.times(factor), Wilson.at(confidenceLevel));
        }
    }

    /** How much higher a metric of one class is than the champion's on the same rows. */
    record AheadInClass(ClassMetric metric, PairedCounts counts) implements Measure {
        @Override
        public Estimate at(double confidenceLevel, double factor) {
            return Differences.paired(metric, counts.times(factor), Wilson.at(confidenceLevel));
        }
    }

    /** A metric of all classes, or how much higher it is than the champion's; bounds draw near by the root of the rows. */
    record OfAll(Replicated replicated) implements Measure {
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
