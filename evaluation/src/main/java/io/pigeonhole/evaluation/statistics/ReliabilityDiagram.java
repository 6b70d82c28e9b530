package io.pigeonhole.evaluation.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A reliability diagram: rows in bins of equal width of their probability, from one pass over ties in a fixed order. A
 * bin includes its lower edge but not its upper one, except the last bin.
 *
 * <p>The Brier score is decomposed after A. H. Murphy, "A new vector partition of the probability score", Journal of
 * Applied Meteorology 12, 1973, with a generalised resolution that includes the variation of probabilities within a bin
 * (D. B. Stephenson, C. A. S. Coelho and I. T. Jolliffe, "Two extra components in the Brier score decomposition",
 * Weather and Forecasting 23, 2008), so that brier = reliability - resolution + uncertainty exactly.
 */
public final class ReliabilityDiagram {

    private final long[] rows;
    private final long[] positives;
    private final double[] probabilities;
    private double squares;

    public ReliabilityDiagram(int bins) {
        rows = new long[bins];
        positives = new long[bins];
        probabilities = new double[bins];
    }

    /** The bin whose edges, as the calibration table states them, enclose the probability. */
    public static int bin(double probability, int bins) {
        int bin = Math.min((int) (probability * bins), bins - 1);
        // the product may be rounded across an edge
        if (probability < (double) bin / bins) {
            return bin - 1;
        }
        return bin < bins - 1 && probability >= (bin + 1.0) / bins ? bin + 1 : bin;
    }

    /** Adds rows of one probability. */
    public void add(double probability, long ofClass, long others) {
        int bin = bin(probability, rows.length);
        rows[bin] += ofClass + others;
        positives[bin] += ofClass;
        probabilities[bin] += probability * (ofClass + others);
        squares += ofClass * (1 - probability) * (1 - probability) + others * probability * probability;
    }

    /** Adds rows of other classes with probability 0 until there are this many rows. */
    public void addRest(long all) {
        for (long some : rows) {
            all -= some;
        }
        rows[0] += all;
    }

    public long rows(int bin) {
        return rows[bin];
    }

    public double probabilities() {
        double sum = 0;
        for (double some : probabilities) {
            sum += some;
        }
        return sum;
    }

    /** The bins that have rows. */
    public List<ReliabilityBin> binned() {
        List<ReliabilityBin> bins = new ArrayList<>();
        for (int bin = 0; bin < rows.length; bin++) {
            if (rows[bin] > 0) {
                double low = (double) bin / rows.length;
                double high = (bin + 1.0) / rows.length;
                bins.add(new ReliabilityBin(low, high, rows[bin], positives[bin], probabilities[bin]));
            }
        }
        return bins;
    }

    /** The figures, once all rows are added. */
    public Figures figures(long minimumSupport) {
        long all = 0;
        long ofClass = 0;
        double gaps = 0;
        OptionalDouble greatest = OptionalDouble.empty();
        double squaredGaps = 0;
        for (ReliabilityBin bin : binned()) {
            all += bin.rows();
            ofClass += bin.positives();
            gaps += Math.abs(bin.gap());
            squaredGaps += bin.gap() * bin.gap() / bin.rows();
            if (bin.rows() >= minimumSupport) {
                greatest = OptionalDouble.of(Math.max(greatest.orElse(0), Math.abs(bin.gap()) / bin.rows()));
            }
        }
        double share = (double) ofClass / all;
        return new Figures(squares / all, gaps / all, greatest, squaredGaps / all, share * (1 - share));
    }

    /**
     * Means over all rows.
     *
     * @param brier squared difference between probability and whether a row is of the class
     * @param calibrationError over bins, the gap between mean probability and share of the class, weighted by rows
     * @param maximum the greatest of these gaps among bins of sufficient support
     * @param reliability over bins, the square of that gap, weighted by rows
     * @param uncertainty variance of whether a row is of the class
     */
    public record Figures(
            double brier, double calibrationError, OptionalDouble maximum, double reliability, double uncertainty) {

        public double resolution() {
            return reliability + uncertainty - brier;
        }
    }
}
