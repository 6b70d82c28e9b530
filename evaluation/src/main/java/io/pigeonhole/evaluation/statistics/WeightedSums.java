package io.pigeonhole.evaluation.statistics;

/** Adds to arrays of sums: the data at index 0, followed by the bootstrap replicates. */
public final class WeightedSums {

    private WeightedSums() {}

    /** Adds {@code value} times each weight; the weight at index 0 counts as 1. */
    public static void add(long[] sums, int[] weights, long value) {
        // an overflow in the data themselves must not go unnoticed
        sums[0] = Math.addExact(sums[0], value);
        for (int i = 1; i < sums.length; i++) {
            sums[i] += weights[i] * value;
        }
    }

    /** Adds the weights. */
    public static void add(int[] counts, int[] weights) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += weights[i];
        }
    }

    /** Adds the sums over other rows. */
    public static void add(long[] sums, long[] others) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += others[i];
        }
    }
}
