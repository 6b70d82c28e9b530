package io.pigeonhole.evaluation.statistics;

/**
 * Probabilities, log losses and per-class rates as whole multiples of 2^-30. Whole numbers add up to the same sum in
 * any order, so figures do not depend on partitioning or on the number of cores. A mean is off by at most 2^-31, about
 * 5e-10. A sum of rates does not overflow for up to 2^33 rows, one of log losses, each at most 36.1, for at least 2^27.
 */
public final class FixedPoint {

    private static final double ONE = 0x1p30;
    private static final double FINE = 0x1p43;

    private FixedPoint() {}

    public static long of(double value) {
        return Math.round(value * ONE);
    }

    public static double toDouble(long fixed) {
        return fixed / ONE;
    }

    /**
     * A figure of a class, at most 1, as a whole multiple of 2^-43: finer, and a sum over 2^20 classes does not
     * overflow.
     */
    public static long fine(double value) {
        return Math.round(value * FINE);
    }

    public static double fromFine(long fixed) {
        return fixed / FINE;
    }
}
