package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.statistics.PoissonWeights;
import io.pigeonhole.evaluation.statistics.WeightedSums;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * The scores of one class in every bootstrap replicate, in the same pass over falling probabilities as the figures;
 * reused for one class after another. Index 0 is the data themselves. A class may have up to 2^30 rows.
 */
final class ScoreReplicates {

    final int[] positives;
    final int[] negatives;
    // of the current tie, if it has rows of the class: these, and the other rows
    private final int[] tied;
    private final int[] tiedOthers;
    private final int[] rankedPositives;
    private final int[] rankedNegatives;
    private final double[] outranked;
    private final double[] precisions;
    private final Sums gaps;
    private final Sums squares;
    private final int[] rowsBefore;
    private final long[] gapsBefore;
    private final double[] absoluteGaps;
    private final double[] squaredGaps;
    private final double[] greatestGaps;
    // the same three after the gap of the data is taken from that of each bin
    private final double[] absoluteNoise;
    private final double[] squaredNoise;
    private final double[] greatestNoise;
    private int rowsTied;
    private int othersTied;

    /**
     * Weighted sums of figures between -1 and 1 as whole multiples of 2^-20, which do not depend on the order of the
     * rows and are precise enough for intervals. The latest rows are summed in 32 bits, so that the compiler can use
     * vector instructions.
     */
    private static final class Sums {

        private static final double ONE = 0x1p20;
        private static final int MOST_LATEST = (int) (Integer.MAX_VALUE / (ONE * PoissonWeights.MOST));

        final long[] settled;
        private final int[] latest;
        private int rows;

        Sums(int length) {
            settled = new long[length];
            latest = new int[length];
        }

        static double toDouble(long sum) {
            return sum / ONE;
        }

        void clear() {
            Arrays.fill(settled, 0);
            Arrays.fill(latest, 0);
            rows = 0;
        }

        static int of(double figure) {
            return (int) Math.rint(figure * ONE);
        }

        /** Call this after a row is added to the latest ones. */
        void count() {
            if (++rows == MOST_LATEST) {
                settle();
            }
        }

        void settle() {
            for (int i = 0; i < settled.length; i++) {
                settled[i] += latest[i];
            }
            Arrays.fill(latest, 0);
            rows = 0;
        }
    }

    ScoreReplicates(int length) {
        positives = new int[length];
        negatives = new int[length];
        tied = new int[length];
        tiedOthers = new int[length];
        rankedPositives = new int[length];
        rankedNegatives = new int[length];
        outranked = new double[length];
        precisions = new double[length];
        gaps = new Sums(length);
        squares = new Sums(length);
        rowsBefore = new int[length];
        gapsBefore = new long[length];
        absoluteGaps = new double[length];
        squaredGaps = new double[length];
        greatestGaps = new double[length];
        absoluteNoise = new double[length];
        squaredNoise = new double[length];
        greatestNoise = new double[length];
    }

    void clear() {
        for (int[] counts : new int[][] {positives, negatives, rankedPositives, rankedNegatives, rowsBefore}) {
            Arrays.fill(counts, 0);
        }
        gaps.clear();
        squares.clear();
        Arrays.fill(gapsBefore, 0);
        for (double[] sums : new double[][] {outranked, precisions, absoluteGaps, squaredGaps, greatestGaps}) {
            Arrays.fill(sums, 0);
        }
        for (double[] sums : new double[][] {absoluteNoise, squaredNoise, greatestNoise}) {
            Arrays.fill(sums, 0);
        }
        rowsTied = 0;
        othersTied = 0;
    }

    int length() {
        return positives.length;
    }

    /** Adds the next row; positives come first among equals. */
    void add(double probability, boolean positive, int[] weights, boolean ranked) {
        double gap = probability - (positive ? 1 : 0);
        add(positive ? positives : negatives, weights, Sums.of(gap), gaps.latest, Sums.of(gap * gap), squares.latest);
        gaps.count();
        squares.count();
        if (ranked && positive) {
            addTied(tied, weights, rowsTied++ == 0);
        } else if (rowsTied > 0) {
            addTied(tiedOthers, weights, othersTied++ == 0);
        }
    }

    /** All sums in one loop, as reading the weights takes as long as adding them. */
    private static void add(int[] counts, int[] weights, int gap, int[] gaps, int square, int[] squares) {
        for (int i = 0; i < counts.length; i++) {
            int weight = weights[i];
            counts[i] += weight;
            gaps[i] += weight * gap;
            squares[i] += weight * square;
        }
    }

    private static void addTied(int[] sums, int[] weights, boolean isFirst) {
        if (isFirst) {
            System.arraycopy(weights, 0, sums, 0, sums.length);
        } else {
            WeightedSums.add(sums, weights);
        }
    }

    /** Call this after the last row of one probability. */
    void endTie() {
        if (rowsTied == 0) {
            return;
        }
        if (othersTied == 0) {
            rank(tied, positives, negatives, outranked, precisions);
        } else {
            rank(tied, tiedOthers, positives, negatives, outranked, precisions);
        }
        rowsTied = 0;
        othersTied = 0;
    }

    /** Ranks rows of the class after all other rows so far; without branches, which the weights make unpredictable. */
    private static void rank(int[] tied, int[] positives, int[] negatives, double[] outranked, double[] precisions) {
        for (int i = 0; i < tied.length; i++) {
            double rows = tied[i];
            double others = negatives[i];
            double ofClass = positives[i];
            outranked[i] += rows * others;
            // 0 where no row was drawn yet
            precisions[i] += rows * ofClass / Math.max(1, ofClass + others);
        }
    }

    private static void rank(
            int[] tied, int[] tiedOthers, int[] positives, int[] negatives, double[] outranked, double[] precisions) {
        for (int i = 0; i < tied.length; i++) {
            double rows = tied[i];
            double tiedNegatives = tiedOthers[i];
            double others = negatives[i];
            double ofClass = positives[i];
            outranked[i] += rows * (others - tiedNegatives + tiedNegatives / 2);
            precisions[i] += rows * ofClass / Math.max(1, ofClass + others);
        }
    }

    /** Call this when the following rows cannot be distinguished from those that leave the class out. */
    void endRanking() {
        System.arraycopy(positives, 0, rankedPositives, 0, positives.length);
        System.arraycopy(negatives, 0, rankedNegatives, 0, negatives.length);
    }

    /** Call this after the last row of a bin above the lowest. */
    void endBin(boolean sufficientSupport) {
        gaps.settle();
        double ofData = gap(0);
        for (int i = 0; i < gapsBefore.length; i++) {
            endBin(i, rows(i), ofData, sufficientSupport);
        }
    }

    private double gap(int i) {
        return Sums.toDouble(gaps.settled[i] - gapsBefore[i]);
    }

    private void endBin(int i, long rows, double ofData, boolean sufficientSupport) {
        long inBin = rows - rowsBefore[i];
        double gap = gap(i);
        double noise = gap - ofData;
        rowsBefore[i] = (int) rows;
        gapsBefore[i] = gaps.settled[i];
        if (inBin > 0) {
            absoluteGaps[i] += Math.abs(gap);
            squaredGaps[i] += gap * gap / inBin;
            absoluteNoise[i] += Math.abs(noise);
            squaredNoise[i] += noise * noise / inBin;
            if (sufficientSupport) {
                greatestGaps[i] = Math.max(greatestGaps[i], Math.abs(gap) / inBin);
                greatestNoise[i] = Math.max(greatestNoise[i], Math.abs(noise) / inBin);
            }
        }
    }

    /** Weights of the rows added so far. */
    long[] rows() {
        long[] rows = new long[positives.length];
        Arrays.setAll(rows, this::rows);
        return rows;
    }

    /**
     * Call this after the last row; the figures are available from then on.
     *
     * @param rows weights of all rows, including those that leave the class out
     */
    void finish(long[] rows, boolean sufficientSupport) {
        gaps.settle();
        squares.settle();
        double ofData = gap(0);
        for (int i = 0; i < rows.length; i++) {
            endBin(i, rows[i], ofData, sufficientSupport);
            long others = rows[i] - positives[i];
            double lastPositives = positives[i] - rankedPositives[i];
            double lastNegatives = others - rankedNegatives[i];
            outranked[i] += lastPositives * (rankedNegatives[i] + lastNegatives / 2);
            precisions[i] += lastPositives == 0 ? 0 : lastPositives * positives[i] / rows[i];
            negatives[i] = (int) others;
        }
    }

    // figures of one replicate; empty where they are undefined

    OptionalDouble area(int i) {
        return positives[i] == 0 || negatives[i] == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.max(0, 1 - outranked[i] / ((double) positives[i] * negatives[i])));
    }

    OptionalDouble averagePrecision(int i) {
        return positives[i] == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.min(1, precisions[i] / positives[i]));
    }

    OptionalDouble brier(int i) {
        return mean(Sums.toDouble(squares.settled[i]), i);
    }

    OptionalDouble calibrationError(int i) {
        return mean(absoluteGaps[i], i);
    }

    OptionalDouble maximumCalibrationError(int i) {
        return rows(i) == 0 ? OptionalDouble.empty() : OptionalDouble.of(Math.min(1, greatestGaps[i]));
    }

    OptionalDouble reliability(int i) {
        return mean(squaredGaps[i], i);
    }

    // what these errors would be by chance if no bin had a gap in the data

    OptionalDouble calibrationErrorByChance(int i) {
        return mean(absoluteNoise[i], i);
    }

    OptionalDouble maximumCalibrationErrorByChance(int i) {
        return rows(i) == 0 ? OptionalDouble.empty() : OptionalDouble.of(Math.min(1, greatestNoise[i]));
    }

    OptionalDouble reliabilityByChance(int i) {
        return mean(squaredNoise[i], i);
    }

    OptionalDouble uncertainty(int i) {
        double share = share(i);
        return mean(share * (1 - share) * rows(i), i);
    }

    OptionalDouble resolution(int i) {
        return rows(i) == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(
                        reliability(i).getAsDouble() + uncertainty(i).getAsDouble() - brier(i).getAsDouble());
    }

    long rows(int i) {
        return (long) positives[i] + negatives[i];
    }

    /** Share of the class among all rows; 0 without rows. */
    double share(int i) {
        return rows(i) == 0 ? 0 : (double) positives[i] / rows(i);
    }

    private OptionalDouble mean(double sum, int i) {
        return rows(i) == 0 ? OptionalDouble.empty() : OptionalDouble.of(Math.min(1, sum / rows(i)));
    }
}
