package io.pigeonhole.evaluation;

import org.apache.commons.math3.special.Gamma;

/**
 * The one-sided exact test of R. A. Fisher ("The logic of inductive inference", Journal of the Royal Statistical Society
 * 98, 1935): the chance that so few of a part's rows are right, or fewer, were the part drawn from the whole at random.
 */
final class FisherExact {

    /** Terms below this share of the sum cannot change it. */
    private static final double NEGLIGIBLE = 1e-18;

    private FisherExact() {}

    /** P(X <= partRight) for X hypergeometric: {@code part} rows drawn out of {@code rows}, of which {@code right} are. */
    static double pValue(long partRight, long part, long right, long rows) {
        long least = Math.max(0, part + right - rows);
        double mode = (double) (part + 1) * (right + 1) / (rows + 2);
        double term = StrictMath.exp(
                logChoose(right, partRight) + logChoose(rows - right, part - partRight) - logChoose(rows, part));
        double sum = 0;
        for (long x = partRight; x >= least; x--) {
            sum += term;
            if (x < mode && term < sum * NEGLIGIBLE) {
                break;
            }
            // from the chance of x to that of x - 1
            term *= (double) x * (rows - right - part + x) / ((double) (right - x + 1) * (part - x + 1));
        }
        return Math.min(1, sum);
    }

    private static double logChoose(long n, long k) {
        return Gamma.logGamma(n + 1.0) - Gamma.logGamma(k + 1.0) - Gamma.logGamma(n - k + 1.0);
    }
}
