package io.pigeonhole.training.solver.rows;

import java.io.Serializable;
import java.util.Arrays;

/**
 * One training row.
 *
 * @param indices features present, ascending
 * @param values their values
 * @param label index of the class
 * @param weight weight of the row, class weight not yet included
 * @param fold part of the rows that it is held out with, from 0; at most {@link #MOST_FOLDS} of them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; millions of them travel through one shuffle
public record TrainingRow(int[] indices, float[] values, int label, float weight, int fold) implements Serializable {

    public static final int MOST_FOLDS = 127;

    /** 64-bit hash of the content, fold left out: rows of one hash are the same row. Mixing as in MurmurHash3's finaliser. */
    public long contentHash() {
        long hash = mix(label, Float.floatToIntBits(weight));
        for (int i = 0; i < indices.length; i++) {
            hash = mix(hash, ((long) indices[i] << 32) | (Float.floatToIntBits(values[i]) & 0xFFFFFFFFL));
        }
        return hash;
    }

    /** Whether the other differs in its weight at most. */
    boolean isLike(TrainingRow other) {
        return label == other.label
                && fold == other.fold
                && Arrays.equals(indices, other.indices)
                && Arrays.equals(values, other.values);
    }

    TrainingRow withWeight(float other) {
        return new TrainingRow(indices, values, label, other, fold);
    }

    private static long mix(long state, long next) {
        long h = state * 0x9E3779B97F4A7C15L + next;
        h = (h ^ (h >>> 33)) * 0xFF51AFD7ED558CCDL;
        h = (h ^ (h >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return h ^ (h >>> 33);
    }
}
