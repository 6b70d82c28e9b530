package io.pigeonhole.evaluation.probabilities;

import java.util.Arrays;

/** Sorts entries by falling probability, positives first among equals, as whole numbers without objects. */
final class ScoreOrder {

    private static final int INDEX_BITS = 20;
    private static final int INDEX = (1 << INDEX_BITS) - 1;
    /** A probability has 62 bits, and the highest of these precede the index of an entry. */
    private static final int LOW_BITS = 62 - (Long.SIZE - 1 - INDEX_BITS);

    private static final long ONE = Double.doubleToRawLongBits(1.0);
    private static final long LOW = (1L << LOW_BITS) - 1;

    /** So many entries can be sorted at once. */
    static final int MOST = 1 << INDEX_BITS;

    private final double[] probabilities;
    private final boolean[] positives;

    /**
     * @param probabilities of entries, between 0 and 1
     * @param positives whether each is of the class
     */
    ScoreOrder(double[] probabilities, boolean[] positives) {
        this.probabilities = probabilities;
        this.positives = positives;
    }

    /** Sorts a part of {@code order}, whose elements are entries. */
    void sort(int[] order, int from, int to) {
        int count = to - from;
        long[] keys = new long[count];
        for (int i = 0; i < count; i++) {
            keys[i] = falling(order[from + i]) >>> LOW_BITS << INDEX_BITS | i;
        }
        Arrays.sort(keys);
        int[] entries = Arrays.copyOfRange(order, from, to);
        int start = 0;
        for (int i = 1; i <= count; i++) {
            if (i == count || keys[i] >> INDEX_BITS != keys[start] >> INDEX_BITS) {
                sortEquals(keys, start, i, entries);
                start = i;
            }
        }
        for (int i = 0; i < count; i++) {
            order[from + i] = entries[(int) keys[i] & INDEX];
        }
    }

    /** Sorts keys that agree in the highest bits by the others, and then by whether the entry is of the class. */
    private void sortEquals(long[] keys, int from, int to, int[] entries) {
        if (to - from == 1) {
            return;
        }
        for (int i = from; i < to; i++) {
            int index = (int) keys[i] & INDEX;
            int entry = entries[index];
            long low = falling(entry) & LOW;
            keys[i] = (low << 1 | (positives[entry] ? 0 : 1)) << INDEX_BITS | index;
        }
        Arrays.sort(keys, from, to);
    }

    /** A number that is larger for smaller probabilities. */
    private long falling(int entry) {
        return ONE - Double.doubleToRawLongBits(probabilities[entry]);
    }
}
