package io.pigeonhole.evaluation.statistics;

import java.io.Serializable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sums over rows of whole numbers times each weight: of the data at index 0, followed by the bootstrap replicates. The
 * latest rows are summed in two halves of 32 bits, so that the compiler can use vector instructions. Numbers are up to
 * 2^36 in size.
 */
public final class RowSums implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final int LOW_BITS = 18;
    private static final long LOW = (1L << LOW_BITS) - 1;
    /** So many products of a weight and half a number have room in 31 bits. */
    private static final int MOST_LATEST = Integer.MAX_VALUE / (PoissonWeights.MOST << LOW_BITS);

    private final long[] settled;
    private transient int @Nullable [] low;
    private transient int @Nullable [] high;
    private transient int rows;

    public RowSums(int length) {
        settled = new long[length];
    }

    /** Adds {@code value} times each weight. */
    public void add(int[] weights, long value) {
        if (low == null || high == null) {
            low = new int[settled.length];
            high = new int[settled.length];
        }
        add(low, weights, (int) (value & LOW));
        int rest = (int) (value >> LOW_BITS);
        if (rest != 0) {
            add(high, weights, rest);
        }
        if (++rows == MOST_LATEST) {
            settle();
        }
    }

    private static void add(int[] sums, int[] weights, int value) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += weights[i] * value;
        }
    }

    /** Completes the sums; call this before they are sent. */
    public void settle() {
        if (rows == 0 || low == null || high == null) {
            return;
        }
        // an overflow in the data themselves must not go unnoticed
        settled[0] = Math.addExact(settled[0], sum(low[0], high[0]));
        for (int i = 1; i < settled.length; i++) {
            settled[i] += sum(low[i], high[i]);
        }
        Arrays.fill(low, 0);
        Arrays.fill(high, 0);
        rows = 0;
    }

    private static long sum(int low, int high) {
        return ((long) high << LOW_BITS) + low;
    }

    /** The sums so far, to be read only. */
    public long[] values() {
        settle();
        return settled;
    }

    /** Adds sums that are complete. */
    public void add(long[] sums) {
        WeightedSums.add(settled, sums);
    }
}
