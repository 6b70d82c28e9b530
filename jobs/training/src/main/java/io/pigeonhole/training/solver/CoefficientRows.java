package io.pigeonhole.training.solver;

import java.io.Serializable;

/**
 * Some rows and columns of a coefficient matrix.
 *
 * @param from first row
 * @param columns which columns
 * @param values row by row, a value for each of {@code columns}
 */
@SuppressWarnings("ArrayRecordComponent") // large buffers, never compared
public record CoefficientRows(int from, int[] columns, float[] values) implements Serializable {

    /** Number of rows. */
    public int rows() {
        return columns.length == 0 ? 0 : values.length / columns.length;
    }

    /** Writes the values to a matrix of {@code stride} columns, whose first row is {@code firstRow} of the whole. */
    public void copyTo(float[] matrix, int stride, int firstRow) {
        for (int i = 0; i < values.length; i++) {
            matrix[(from - firstRow + i / columns.length) * stride + columns[i % columns.length]] = values[i];
        }
    }
}
