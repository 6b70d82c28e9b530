package io.pigeonhole.evaluation.statistics;

import io.pigeonhole.evaluation.statistics.PairedCounts.Side;
import java.util.Locale;

/**
 * The metrics of a single class that comparisons and gates use. Each is a proportion, or a monotone function of one, so
 * its interval at any level follows from counts: recall is the proportion of correct rows among the rows of the class,
 * precision among those predicted to be of it, and F1 is {@code 2J / (1 + J)} of {@code J = tp / (tp + fp + fn)}.
 */
public enum ClassMetric {
    RECALL {
        @Override
        public double trials(Side side) {
            return side.support();
        }

        @Override
        double rowScore(double rate, boolean labelled, boolean said) {
            return labelled ? (said ? 1 : 0) - rate : 0;
        }

        @Override
        double labelledWeight(double rate) {
            return 1;
        }

        @Override
        double otherWeight(double rate) {
            return 0;
        }

        @Override
        double pooled(Side first, Side second) {
            return (first.correct() + second.correct()) / (first.support() + second.support());
        }
    },
    PRECISION {
        @Override
        public double trials(Side side) {
            return side.predicted();
        }

        @Override
        double rowScore(double rate, boolean labelled, boolean said) {
            return said ? (labelled ? 1 : 0) - rate : 0;
        }

        @Override
        double labelledWeight(double rate) {
            return 1 - rate;
        }

        @Override
        double otherWeight(double rate) {
            return -rate;
        }

        @Override
        double pooled(Side first, Side second) {
            return (first.correct() + second.correct()) / (first.predicted() + second.predicted());
        }
    },
    F1 {
        @Override
        public double trials(Side side) {
            return side.support() + side.predicted() - side.correct();
        }

        @Override
        double fromProportion(double jaccard) {
            return 2 * jaccard / (1 + jaccard);
        }

        @Override
        double rowScore(double rate, boolean labelled, boolean said) {
            return (labelled && said ? 2 : 0) - rate * ((labelled ? 1 : 0) + (said ? 1 : 0));
        }

        @Override
        double labelledWeight(double rate) {
            return 2 - rate;
        }

        @Override
        double otherWeight(double rate) {
            return -rate;
        }

        @Override
        double pooled(Side first, Side second) {
            return 2
                    * (first.correct() + second.correct())
                    / (first.support() + first.predicted() + second.support() + second.predicted());
        }
    };

    /** The metric's name in the tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Number of rows that the proportion refers to; the metric is undefined if it is 0. */
    public abstract double trials(Side side);

    /** Converts the proportion to the metric. */
    double fromProportion(double proportion) {
        return proportion;
    }

    /**
     * A row's contribution to the numerator minus the rate times its contribution to the denominator; the sum over all
     * rows is 0.
     */
    abstract double rowScore(double rate, boolean labelled, boolean said);

    /** Increase of the score of a row of the class if the model predicts the class. */
    abstract double labelledWeight(double rate);

    /** Increase of the score of a row of another class if the model predicts the class. */
    abstract double otherWeight(double rate);

    /** The rate of both models pooled. */
    abstract double pooled(Side first, Side second);

    /** The metric with its interval, from the score interval of the proportion. */
    public final Estimate estimate(Side side, Wilson wilson) {
        Estimate proportion = wilson.ofCounts(side.correct(), trials(side));
        return new Estimate(
                fromProportion(proportion.value()),
                fromProportion(proportion.low()),
                fromProportion(proportion.high()));
    }
}
