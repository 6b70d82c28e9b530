package io.pigeonhole.training.nearby;

import java.util.Arrays;

/**
 * A sparse vector that belongs to a class.
 *
 * @param features ascending
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ClassVector(int[] features, float[] values) {

    static final ClassVector ZERO = new ClassVector(new int[0], new float[0]);

    /** The elements of a dense vector, of the given features, that are at least so large. */
    static ClassVector of(double[] dense, int[] features, double least) {
        int[] kept = Arrays.stream(features)
                .filter(feature -> dense[feature] != 0 && Math.abs(dense[feature]) >= least)
                .toArray();
        float[] values = new float[kept.length];
        for (int i = 0; i < kept.length; i++) {
            values[i] = (float) dense[kept[i]];
        }
        return new ClassVector(kept, values);
    }

    /** This vector plus a multiple of another, all of it times a factor. */
    ClassVector plus(ClassVector other, double multiple, double factor) {
        int[] union = new int[features.length + other.features.length];
        float[] sums = new float[union.length];
        int size = 0;
        int i = 0;
        int j = 0;
        while (i < features.length || j < other.features.length) {
            int mine = i < features.length ? features[i] : Integer.MAX_VALUE;
            int its = j < other.features.length ? other.features[j] : Integer.MAX_VALUE;
            double sum = (mine <= its ? values[i++] : 0) + multiple * (its <= mine ? other.values[j++] : 0);
            if (sum != 0) {
                union[size] = Math.min(mine, its);
                sums[size++] = (float) (sum * factor);
            }
        }
        return new ClassVector(Arrays.copyOf(union, size), Arrays.copyOf(sums, size));
    }
}
