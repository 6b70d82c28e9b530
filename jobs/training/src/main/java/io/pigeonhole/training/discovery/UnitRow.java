package io.pigeonhole.training.discovery;

import org.apache.spark.ml.linalg.Vector;

/**
 * A row with a feature vector of length one, which lists its elements that are not 0. A row whose elements are all 0 is
 * like no other.
 *
 * @param id of the row, which settles its order and its random numbers
 */
@SuppressWarnings("ArrayRecordComponent")
public record UnitRow(String id, int[] indices, double[] values) {

    /** Scales a vector to length one; one of zeros stays as it is. */
    public static UnitRow of(String id, Vector vector) {
        int[] indices = new int[vector.numNonzeros()];
        double[] values = new double[indices.length];
        int[] next = new int[1];
        double[] squares = new double[1];
        vector.foreachNonZero((i, value) -> {
            indices[next[0]] = (Integer) i;
            values[next[0]++] = (Double) value;
            squares[0] += (Double) value * (Double) value;
            return scala.runtime.BoxedUnit.UNIT;
        });
        double length = Math.sqrt(squares[0]);
        for (int i = 0; i < values.length; i++) {
            values[i] /= length;
        }
        return new UnitRow(id, indices, values);
    }

    /** Whether all elements are 0. */
    public boolean isEmpty() {
        return indices.length == 0;
    }
}
