package io.pigeonhole.training.nearby;

/**
 * Vectors of all classes, by feature: the classes that have an element there, and the elements. A row then meets only the
 * classes that share a feature with it.
 *
 * @param starts where the entries of each feature begin; one more than features
 * @param classes class of each entry, ascending within a feature
 * @param values its element
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ClassIndex(int[] starts, int[] classes, float[] values) {

    static ClassIndex of(ClassVector[] vectors, int dimension) {
        int[] starts = new int[dimension + 1];
        long entries = 0;
        for (ClassVector vector : vectors) {
            entries += vector.features().length;
            for (int feature : vector.features()) {
                starts[feature + 1]++;
            }
        }
        Math.toIntExact(entries);
        for (int feature = 0; feature < dimension; feature++) {
            starts[feature + 1] += starts[feature];
        }
        int[] next = starts.clone();
        int[] classes = new int[starts[dimension]];
        float[] values = new float[classes.length];
        for (int label = 0; label < vectors.length; label++) {
            ClassVector vector = vectors[label];
            for (int i = 0; i < vector.features().length; i++) {
                int at = next[vector.features()[i]]++;
                classes[at] = label;
                values[at] = vector.values()[i];
            }
        }
        return new ClassIndex(starts, classes, values);
    }

    /** Adds the product of each class's vector with a row. */
    void addProducts(FewRows rows, int row, Scores scores) {
        for (int i = rows.starts()[row]; i < rows.starts()[row + 1]; i++) {
            int feature = rows.features()[i];
            scores.add(rows.values()[i], classes, values, starts[feature], starts[feature + 1]);
        }
    }
}
