package io.pigeonhole.evaluation.statistics;

import io.pigeonhole.evaluation.statistics.PairedCounts.Side;

/**
 * Intervals of the difference of a {@link ClassMetric} between two models, second less first, from the score interval of
 * each: the method of variance estimates recovery (G. Y. Zou and A. Donner, "Construction of confidence limits about effect
 * measures", Statistics in Medicine 27, 2008). For proportions it is Newcombe's hybrid score interval: method 10 of "Interval
 * estimation for the difference between independent proportions" and of "Improved confidence intervals for the difference
 * between binomial proportions based on paired data" (R. G. Newcombe, Statistics in Medicine 17, 1998).
 */
public final class Differences {

    private Differences() {}

    /** Two models on the same rows. */
    public static Estimate paired(ClassMetric metric, PairedCounts counts, Wilson wilson) {
        Estimate first = metric.estimate(counts.first(), wilson);
        Estimate second = metric.estimate(counts.second(), wilson);
        return recover(first, second, correlation(metric, counts, first.value(), second.value()));
    }

    /** Two independent sets of rows. */
    public static Estimate independent(ClassMetric metric, Side first, Side second, Wilson wilson) {
        return recover(metric.estimate(first, wilson), metric.estimate(second, wilson), 0);
    }

    private static Estimate recover(Estimate first, Estimate second, double correlation) {
        double difference = second.value() - first.value();
        double below = length(second.value() - second.low(), first.high() - first.value(), correlation);
        double above = length(second.high() - second.value(), first.value() - first.low(), correlation);
        return new Estimate(difference, difference - below, difference + above);
    }

    private static double length(double a, double b, double correlation) {
        return Math.sqrt(Math.max(0, a * a - 2 * correlation * a * b + b * b));
    }

    /**
     * Correlation of the two rates by the score of each row. A positive one is reduced by half a row on which the
     * models differ, which for recall is the continuity correction of Newcombe's method 10: models that agree on all
     * rows so far may still disagree on others.
     */
    private static double correlation(ClassMetric metric, PairedCounts counts, double first, double second) {
        PairedCounts.Score a = (labelled, said) -> metric.rowScore(first, labelled, said);
        PairedCounts.Score b = (labelled, said) -> metric.rowScore(second, labelled, said);
        double spread = Math.sqrt(counts.sumOfFirstSquared(a)) * Math.sqrt(counts.sumOfSecondSquared(b));
        if (spread == 0) {
            return 0;
        }
        double products = counts.sumOfProducts(a, b);
        double corrected =
                products <= 0 ? products : Math.max(0, products - jump(metric, first) * jump(metric, second) / 2);
        return Math.max(-1, Math.min(1, corrected / spread));
    }

    private static double jump(ClassMetric metric, double rate) {
        return Math.max(Math.abs(metric.labelledWeight(rate)), Math.abs(metric.otherWeight(rate)));
    }
}
