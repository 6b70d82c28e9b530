package io.pigeonhole.training.cascade;

import org.apache.commons.math3.distribution.BetaDistribution;

/**
 * Exact bounds of a proportion (C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits illustrated in the
 * case of the binomial", Biometrika 26, 1934), as quantiles of the beta distribution.
 */
public final class ClopperPearson {

    private static final double ACCURACY = 1e-12;

    private ClopperPearson() {}

    /**
     * The bound that lies below the true proportion with at least this confidence.
     *
     * @param right rows of the kind, of {@code rows}
     */
    public static double lower(long right, long rows, double confidence) {
        require(right, rows, confidence);
        return right == 0 ? 0 : quantile(right, rows - right + 1, 1 - confidence);
    }

    /** The bound that lies above the true proportion with at least this confidence. */
    public static double upper(long right, long rows, double confidence) {
        require(right, rows, confidence);
        return right == rows ? 1 : quantile(right + 1, rows - right, confidence);
    }

    private static double quantile(long a, long b, double probability) {
        return new BetaDistribution(null, a, b, ACCURACY).inverseCumulativeProbability(probability);
    }

    private static void require(long right, long rows, double confidence) {
        if (rows < 1 || right < 0 || right > rows || !(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException(
                    "no bound at confidence " + confidence + " of " + right + " of " + rows + " rows");
        }
    }
}
