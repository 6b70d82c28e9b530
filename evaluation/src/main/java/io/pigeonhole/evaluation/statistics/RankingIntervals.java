package io.pigeonhole.evaluation.statistics;

import java.io.Serializable;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Intervals of ranking figures in closed form; all bounds lie between 0 and 1.
 *
 * <p>ROC AUC: on the scale of its log-odds, with the variance of E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson,
 * "Comparing the areas under two or more correlated receiver operating characteristic curves", Biometrics 44, 1988.
 * Where that is 0 (a perfect order, or one row of a kind), method 5 of R. G. Newcombe, "Confidence intervals for an
 * effect size measure based on the Mann-Whitney statistic, part 2", Statistics in Medicine 25, 2006.
 *
 * <p>Average precision: the logit interval of K. Boyd, K. H. Eng and C. D. Page, "Area under the precision-recall
 * curve: point estimates and confidence intervals", ECML PKDD 2013; where it is 1, the Wilson interval of as many
 * successes as rows of the class. It treats the average precision as a proportion of these rows, so it is approximate.
 */
public final class RankingIntervals implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final int BISECTIONS = 60;

    private final double z;
    private final Wilson wilson;

    public RankingIntervals(double confidenceLevel) {
        this.z = new NormalDistribution().inverseCumulativeProbability((1 + confidenceLevel) / 2);
        this.wilson = Wilson.at(confidenceLevel);
    }

    public Estimate area(double area, double variance, long positives, long negatives) {
        if (variance > 0 && area > 0 && area < 1) {
            return logit(area, Math.sqrt(variance) / (area * (1 - area)));
        }
        double low = area == 0 ? 0 : bound(area, 0, positives, negatives);
        double high = area == 1 ? 1 : bound(area, 1, positives, negatives);
        return new Estimate(area, Math.min(low, area), Math.max(high, area));
    }

    public Estimate averagePrecision(double value, long positives) {
        if (value >= 1) {
            return wilson.estimate(positives, positives);
        }
        return logit(value, 1 / Math.sqrt(positives * value * (1 - value)));
    }

    private Estimate logit(double value, double deviation) {
        double centre = StrictMath.log(value / (1 - value));
        double low = 1 / (1 + StrictMath.exp(-(centre - z * deviation)));
        double high = 1 / (1 + StrictMath.exp(-(centre + z * deviation)));
        return new Estimate(value, Math.min(low, value), Math.max(high, value));
    }

    /** The value between {@code end} and the area from which the area is z standard deviations away. */
    private double bound(double area, double end, long positives, long negatives) {
        double outside = end;
        double inside = area;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (outside + inside) / 2;
            double distance = Math.abs(area - middle);
            if (distance > z * Math.sqrt(newcombe(middle, positives, negatives))) {
                outside = middle;
            } else {
                inside = middle;
            }
        }
        return outside;
    }

    private static double newcombe(double area, long positives, long negatives) {
        double others = (positives + negatives) / 2.0 - 1;
        double inflation = 1 + others * (1 - area) / (2 - area) + others * area / (1 + area);
        return area * (1 - area) * inflation / ((double) positives * negatives);
    }
}
