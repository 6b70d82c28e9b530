package io.pigeonhole.evaluation.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;

/** How p-values or levels are adjusted for the number of tests. */
public enum MultipleTesting {
    /**
     * S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 1979:
     * the probability of any false rejection stays below the level, whatever the dependence between the tests.
     */
    HOLM,
    /**
     * Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", JRSS B 57, 1995: the expected share of
     * false rejections among all rejections stays below the level.
     */
    BENJAMINI_HOCHBERG,
    /** Each of m tests uses an m-th of the level. */
    BONFERRONI,
    /** Each test is treated as if it were the only one. */
    NONE;

    /** The method's name in the tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The adjusted p-values, in the given order: for each hypothesis the smallest level at which it is rejected. */
    public double[] adjust(double[] p) {
        int m = p.length;
        return switch (this) {
            case NONE -> p.clone();
            case BONFERRONI ->
                Arrays.stream(p).map(each -> Math.min(1, m * each)).toArray();
            case HOLM -> stepDown(p);
            case BENJAMINI_HOCHBERG -> stepUp(p);
        };
    }

    private static double[] stepDown(double[] p) {
        double[] adjusted = new double[p.length];
        double largest = 0;
        int rank = 0;
        for (int i : ascending(p)) {
            largest = Math.max(largest, Math.min(1, (p.length - rank++) * p[i]));
            adjusted[i] = largest;
        }
        return adjusted;
    }

    private static double[] stepUp(double[] p) {
        double[] adjusted = new double[p.length];
        int[] order = ascending(p);
        double smallest = 1;
        for (int rank = p.length; rank > 0; rank--) {
            int i = order[rank - 1];
            smallest = Math.min(smallest, p[i] * p.length / rank);
            adjusted[i] = smallest;
        }
        return adjusted;
    }

    private static int[] ascending(double[] p) {
        return IntStream.range(0, p.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> p[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
