package io.pigeonhole.evaluation.statistics;

import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sqrt;
import static org.apache.spark.sql.functions.when;

import java.io.Serializable;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.spark.sql.Column;

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

    /** The lower bound as a column; {@code trials} must be positive. */
    public Column low(Column successes, Column trials) {
        Column p = successes.divide(trials);
        Column bound = centre(p, trials).minus(half(p, trials)).divide(scale(trials));
        return when(successes.equalTo(0), lit(0.0)).otherwise(greatest(lit(0.0), least(p, bound)));
    }

    /** The upper bound as a column; {@code trials} must be positive. */
    public Column high(Column successes, Column trials) {
        Column p = successes.divide(trials);
        Column bound = centre(p, trials).plus(half(p, trials)).divide(scale(trials));
        return when(successes.equalTo(trials), lit(1.0)).otherwise(least(lit(1.0), greatest(p, bound)));
    }

    private Column centre(Column p, Column trials) {
        return p.plus(lit(z * z).divide(lit(2.0).multiply(trials)));
    }

    private Column half(Column p, Column trials) {
        Column variance = p.multiply(lit(1.0).minus(p)).divide(trials);
        Column correction = lit(z * z).divide(lit(4.0).multiply(trials).multiply(trials));
        return lit(z).multiply(sqrt(variance.plus(correction)));
    }

    private Column scale(Column trials) {
        return lit(1.0).plus(lit(z * z).divide(trials));
    }
}
