package io.pigeonhole.evaluation;

/**
 * Probabilities, log losses and per-class rates as whole multiples of 2^-30. Whole numbers add up to the same sum in any
 * order, so figures do not depend on partitioning or on the number of cores. A mean is off by at most 2^-31, about
 * 5e-10. A sum of rates holds for up to 2^33 rows, one of log losses, each at most 36.1, for at least 2^27.
 */
final class FixedPoint {

    private static final double ONE = 0x1p30;

    private FixedPoint() {}

    static long of(double value) {
        return Math.round(value * ONE);
    }

    static double toDouble(long fixed) {
        return fixed / ONE;
    }
}
