package io.pigeonhole.evaluation.statistics;

import java.io.Serializable;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * The score interval of a proportion (E. B. Wilson, "Probable inference, the law of succession, and statistical
 * inference", JASA 22, 1927): with {@code p = k / n} and the normal quantile z,
 * {@code (p + z²/2n ± z sqrt(p(1 - p)/n + z²/4n²)) / (1 + z²/n)}.
 */
public final class Wilson implements Serializable {

    private static final long serialVersionUID = 1L;

    private final double z;

    private Wilson(double z) {
        this.z = z;
    }

    /** Two-sided intervals at this confidence level, such as 0.95. */
    public static Wilson at(double confidenceLevel) {
        return new Wilson(new NormalDistribution().inverseCumulativeProbability((1 + confidenceLevel) / 2));
    }

    /** The proportion {@code successes / trials} with its interval, which always lies within 0 and 1. */
    public Estimate estimate(long successes, long trials) {
        if (successes < 0 || trials < 1 || successes > trials) {
            throw new IllegalArgumentException("not a proportion: " + successes + " of " + trials);
        }
        return ofCounts((double) successes, (double) trials);
    }

    /**
     * The same for counts that need not be whole numbers, as in a table scaled to more rows; {@code trials} must be
     * positive.
     */
    Estimate ofCounts(double successes, double trials) {
        // rounding may make successes exceed trials where counts are not whole numbers
        double p = Math.min(1, successes / trials);
        double centre = p + z * z / (2.0 * trials);
        double half = z * Math.sqrt(p * (1 - p) / trials + z * z / (4.0 * trials * trials));
        double scale = 1 + z * z / trials;
        double low = successes == 0 ? 0 : Math.max(0, Math.min(p, (centre - half) / scale));
        double high = successes >= trials ? 1 : Math.min(1, Math.max(p, (centre + half) / scale));
        return new Estimate(p, low, high);
    }
}
