package io.pigeonhole.training;

import java.io.Serializable;
import java.util.Arrays;

/** A sum of sparse vectors in whole numbers, so that it does not depend on the order of the addends. */
final class SparseSum implements Serializable {

    private static final long serialVersionUID = 1L;

    /** What one stands for; values are at most 1, so that 2^27 rows fit. */
    private static final double ONE = 1L << 36;

    private static final int EMPTY = -1;

    private int[] features = new int[16];
    private long[] sums = new long[16];
    private int size;

    SparseSum() {
        Arrays.fill(features, EMPTY);
    }

    /** Adds a row, scaled to length one. */
    SparseSum add(int[] indices, float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        double scale = squares > 0 ? ONE / Math.sqrt(squares) : 0;
        for (int i = 0; i < indices.length; i++) {
            add(indices[i], Math.round(values[i] * scale));
        }
        return this;
    }

    SparseSum add(SparseSum other) {
        for (int slot = 0; slot < other.features.length; slot++) {
            if (other.features[slot] != EMPTY) {
                add(other.features[slot], other.sums[slot]);
            }
        }
        return this;
    }

    private void add(int feature, long value) {
        if (2 * size >= features.length) {
            grow();
        }
        int slot = slot(feature);
        if (features[slot] == EMPTY) {
            features[slot] = feature;
            size++;
        }
        sums[slot] += value;
    }

    private int slot(int feature) {
        int mask = features.length - 1;
        int slot = (feature * 0x9E3779B9 >>> 7) & mask;
        while (features[slot] != EMPTY && features[slot] != feature) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        int[] oldFeatures = features;
        long[] oldSums = sums;
        features = new int[2 * oldFeatures.length];
        sums = new long[features.length];
        Arrays.fill(features, EMPTY);
        for (int i = 0; i < oldFeatures.length; i++) {
            if (oldFeatures[i] != EMPTY) {
                int slot = slot(oldFeatures[i]);
                features[slot] = oldFeatures[i];
                sums[slot] = oldSums[i];
            }
        }
    }

    /**
     * A sparse vector.
     *
     * @param features ascending
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Direction(int[] features, float[] values) implements Serializable {}

    /** The direction of the sum, of length one, with its largest elements alone; ties go to the lower feature. */
    Direction direction(int most) {
        int[] slots = new int[size];
        int next = 0;
        for (int slot = 0; slot < features.length; slot++) {
            if (features[slot] != EMPTY) {
                slots[next++] = slot;
            }
        }
        int[] kept = Arrays.stream(slots)
                .boxed()
                .sorted((a, b) -> Math.abs(sums[a]) != Math.abs(sums[b])
                        ? Long.compare(Math.abs(sums[b]), Math.abs(sums[a]))
                        : Integer.compare(features[a], features[b]))
                .limit(most)
                .sorted((a, b) -> Integer.compare(features[a], features[b]))
                .mapToInt(Integer::intValue)
                .toArray();
        double squares = 0;
        for (int slot : kept) {
            squares += (double) sums[slot] * sums[slot];
        }
        double scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
        float[] values = new float[kept.length];
        int[] names = new int[kept.length];
        for (int i = 0; i < kept.length; i++) {
            names[i] = features[kept[i]];
            values[i] = (float) (sums[kept[i]] * scale);
        }
        return new Direction(names, values);
    }
}
