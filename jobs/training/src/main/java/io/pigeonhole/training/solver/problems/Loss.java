package io.pigeonhole.training.solver.problems;

import java.io.Serializable;
import java.util.Arrays;

/** The loss of a row at its margins. */
public sealed interface Loss extends Serializable {

    /** Whether it is a loss of one column against the rest. */
    default boolean isBinary() {
        return true;
    }

    /**
     * Intercepts of least loss where all other coefficients are zero.
     *
     * @param shares share of the positive rows of each column of a problem; above 0 and below 1
     */
    double[] intercepts(double[] shares);

    /** Second derivative by a margin at these intercepts, for the column of this share. */
    default double curvature(double share) {
        return share * (1 - share);
    }

    /** The most that the second derivative by a margin can be. */
    default double mostCurvature() {
        return 0.25;
    }

    /** What is added to the margins of the column of this share. */
    default double offset(double share) {
        return 0;
    }

    /** {@code log(1 + exp(-y m))}, where y is 1 for the positive class and -1 for the rest, and m is the margin. */
    record Logistic() implements Loss {

        @Override
        public double[] intercepts(double[] shares) {
            return Arrays.stream(shares)
                    .map(share -> Math.log(share / (1 - share)))
                    .toArray();
        }
    }

    /** {@code max(0, 1 - y m)^2}, the loss of LIBLINEAR's L2-loss support vector classification. */
    record SquaredHinge() implements Loss {

        @Override
        public double[] intercepts(double[] shares) {
            return Arrays.stream(shares).map(share -> 2 * share - 1).toArray();
        }

        @Override
        public double curvature(double share) {
            return mostCurvature();
        }

        @Override
        public double mostCurvature() {
            return 2;
        }
    }

    /**
     * Cross-entropy of the softmax of margins with the true class.
     *
     * @param smoothing share of the true class that is spread evenly over all columns of the problem, its own included
     *     (Szegedy et al., Rethinking the Inception Architecture for Computer Vision, 2016, section 7); in [0, 1)
     * @param adjustment how many times the log of its column's share of the weights is added to each margin in training
     *     and left out in prediction, so that what is predicted is as if all were equally frequent (Menon et al.,
     *     Long-tail learning via logit adjustment, 2021, equation 10); 1 for all of it, 0 for none
     */
    record CrossEntropy(double smoothing, double adjustment) implements Loss {

        public CrossEntropy {
            if (!(smoothing >= 0 && smoothing < 1) || !(adjustment >= 0 && adjustment < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "label smoothing must be in [0, 1) and logit adjustment at least 0, not " + smoothing + " and "
                                + adjustment);
            }
        }

        @Override
        public boolean isBinary() {
            return false;
        }

        @Override
        public double[] intercepts(double[] shares) {
            double[] logs = Arrays.stream(shares)
                    .map(share -> Math.log((1 - smoothing) * share + smoothing / shares.length) - offset(share))
                    .toArray();
            double mean = Arrays.stream(logs).average().orElse(0);
            return Arrays.stream(logs).map(log -> log - mean).toArray();
        }

        @Override
        public double offset(double share) {
            return adjustment * Math.log(share);
        }
    }
}
