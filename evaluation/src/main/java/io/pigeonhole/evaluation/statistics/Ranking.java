package io.pigeonhole.evaluation.statistics;

import org.jspecify.annotations.Nullable;

/**
 * How well the probability of one class sorts its rows before all others, from one pass over ties of falling
 * probability. Rows that are not added count as tied at the end.
 */
public final class Ranking {

    private final long positives;
    private final long negatives;
    private final double floor;
    private long truePositives;
    private long falsePositives;
    private double precisions;
    // sums of 1 minus the placement of each row, which lose no digits when the order is nearly perfect
    private double missed;
    private double missedSquared;
    private double outranked;
    private double outrankedSquared;

    /**
     * @param positives rows of the class
     * @param negatives all other rows
     * @param floor probability up to which rows are not added
     */
    public Ranking(long positives, long negatives, double floor) {
        this.positives = positives;
        this.negatives = negatives;
        this.floor = floor;
    }

    /** Adds the rows of the next lower probability. */
    public void add(long tiedPositives, long tiedNegatives) {
        long after = truePositives + tiedPositives;
        if (tiedPositives > 0) {
            precisions += (double) tiedPositives * after / (after + falsePositives + tiedNegatives);
            double above = (falsePositives + tiedNegatives / 2.0) / negatives;
            missed += tiedPositives * above;
            missedSquared += tiedPositives * above * above;
        }
        if (tiedNegatives > 0) {
            double below = (positives - truePositives - tiedPositives / 2.0) / positives;
            outranked += tiedNegatives * below;
            outrankedSquared += tiedNegatives * below * below;
        }
        truePositives = after;
        falsePositives += tiedNegatives;
    }

    /** The figures, once all rows are added. */
    public Figures finish() {
        long last = positives - truePositives;
        add(last, negatives - falsePositives);
        double unlisted = floor > 0 && positives > 0 ? (double) last / positives : 0;
        if (positives == 0) {
            return new Figures(null, null, 0, unlisted);
        }
        double averagePrecision = Math.min(1, precisions / positives);
        if (negatives == 0) {
            return new Figures(null, averagePrecision, 0, unlisted);
        }
        double area = Math.max(0, 1 - missed / positives);
        return new Figures(area, averagePrecision, variance(), unlisted);
    }

    /** DeLong, DeLong and Clarke-Pearson 1988; 0 where it is not defined. */
    private double variance() {
        if (positives < 2 || negatives < 2) {
            return 0;
        }
        double ofPositives = (missedSquared - missed * missed / positives) / (positives - 1) / positives;
        double ofNegatives = (outrankedSquared - outranked * outranked / negatives) / (negatives - 1) / negatives;
        return Math.max(0, ofPositives) + Math.max(0, ofNegatives);
    }

    /**
     * The figures of one class.
     *
     * @param area under the ROC curve: the chance that a row of the class is more probable than another, ties counting
     *     half; null without rows of the class or without others
     * @param averagePrecision sum over thresholds of the precision times the step of recall; null without rows of the
     *     class
     * @param variance of the area
     * @param unlisted share of the rows of the class that cannot be distinguished from those not added: the area is off
     *     by at most half of it, the average precision by at most all of it
     */
    public record Figures(@Nullable Double area, @Nullable Double averagePrecision, double variance, double unlisted) {}
}
