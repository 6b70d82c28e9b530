package io.pigeonhole.evaluation.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.commons.math3.special.Gamma;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;

/**
 * The frequencies of categories in two independent sets of rows, and distances between the two.
 *
 * @param first rows of each category in the one, in the order of the categories
 * @param second rows of each in the other
 * @param firstRows rows of all of them in the one; {@code secondRows} in the other
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TwoSamples(double[] first, double[] second, double firstRows, double secondRows) {

    /**
     * Smallest expected number of rows of a category for which the chi-squared distribution is a good approximation
     * (Cochran's rule).
     */
    private static final double FEWEST_EXPECTED = 5;

    public TwoSamples(double[] first, double[] second) {
        this(first, second, Arrays.stream(first).sum(), Arrays.stream(second).sum());
    }

    /** The categories of either, in their order. */
    public static <K extends Comparable<K>> SortedSet<K> categories(
            SortedMap<K, Long> first, SortedMap<K, Long> second) {
        SortedSet<K> categories = new TreeSet<>(first.keySet());
        categories.addAll(second.keySet());
        return categories;
    }

    /** The samples of the counts, by category. */
    public static <K extends Comparable<K>> TwoSamples of(SortedMap<K, Long> first, SortedMap<K, Long> second) {
        SortedSet<K> categories = categories(first, second);
        return new TwoSamples(counts(first, categories), counts(second, categories));
    }

    private static <K> double[] counts(SortedMap<K, Long> sample, SortedSet<K> categories) {
        return categories.stream()
                .mapToDouble(category -> (double) sample.getOrDefault(category, 0L))
                .toArray();
    }

    /** Half the sum of the differences of shares: the share of rows whose category would have to change. */
    public double totalVariation() {
        double n = firstRows;
        double m = secondRows;
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            sum += Math.abs(first[i] / n - second[i] / m);
        }
        return sum / 2;
    }

    /**
     * The approximate expected value of {@link #totalVariation} if both are drawn from the same distribution: half the
     * sum of the means of half normal distributions, {@code sqrt(2 p (1 - p) (1/n + 1/m) / pi)} with the share {@code
     * p} in both together; for a rare category at most {@code 2 p}.
     */
    public double expectedTotalVariation() {
        double n = firstRows;
        double m = secondRows;
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            double share = (first[i] + second[i]) / (n + m);
            sum += Math.min(2 * share, Math.sqrt(2 * share * (1 - share) * (1 / n + 1 / m) / Math.PI));
        }
        return sum / 2;
    }

    /**
     * The p-value of Pearson's chi-squared test of homogeneity. Categories with an expected number of rows below five
     * in the smaller set are merged; 1 if only one category remains.
     */
    public double chiSquaredP() {
        double n = firstRows;
        double m = secondRows;
        double part = Math.min(n, m) / (n + m);
        List<double[]> kept = new ArrayList<>();
        double[] rare = new double[2];
        for (int i = 0; i < first.length; i++) {
            if ((first[i] + second[i]) * part >= FEWEST_EXPECTED) {
                kept.add(new double[] {first[i], second[i]});
            } else {
                rare[0] += first[i];
                rare[1] += second[i];
            }
        }
        // a category of its own if large enough, else merged with the least frequent of the others, the first of equals
        if ((rare[0] + rare[1]) * part >= FEWEST_EXPECTED) {
            kept.add(rare);
        } else {
            kept.stream()
                    .reduce((one, other) -> other[0] + other[1] < one[0] + one[1] ? other : one)
                    .ifPresent(least -> {
                        least[0] += rare[0];
                        least[1] += rare[1];
                    });
        }
        if (kept.size() < 2) {
            return 1;
        }
        double statistic = 0;
        for (double[] counts : kept) {
            double difference = counts[0] * Math.sqrt(m / n) - counts[1] * Math.sqrt(n / m);
            statistic += difference * difference / (counts[0] + counts[1]);
        }
        return Gamma.regularizedGammaQ((kept.size() - 1) / 2.0, statistic / 2);
    }

    /** The largest difference of the cumulative shares of the categories. */
    public double kolmogorovSmirnov() {
        double n = firstRows;
        double m = secondRows;
        double ahead = 0;
        double behind = 0;
        double largest = 0;
        for (int i = 0; i < first.length; i++) {
            ahead += first[i];
            behind += second[i];
            largest = Math.max(largest, Math.abs(ahead / n - behind / m));
        }
        return largest;
    }

    /**
     * The expected value of {@link #kolmogorovSmirnov} if both are drawn from the same distribution without ties (less
     * with ties): the mean {@code sqrt(pi / 2) ln 2} of Kolmogorov's distribution over {@code sqrt(n m / (n + m))}.
     */
    public double expectedKolmogorovSmirnov() {
        return Math.sqrt(Math.PI / 2) * Math.log(2) / effectiveRoot();
    }

    /**
     * The p-value of the two-sample Kolmogorov-Smirnov test, from its limiting distribution; conservative with ties.
     */
    public double kolmogorovSmirnovP() {
        double below = new KolmogorovSmirnovTest().ksSum(kolmogorovSmirnov() * effectiveRoot(), 1e-20, 100_000);
        return Math.min(1, Math.max(0, 1 - below));
    }

    private double effectiveRoot() {
        double n = firstRows;
        double m = secondRows;
        return Math.sqrt(n * m / (n + m));
    }
}
