package io.pigeonhole.training.solver.matrices;

import java.io.Serializable;
import java.util.Iterator;
import java.util.stream.IntStream;

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

    /**
     * A whole matrix in slices of {@code sliceRows} rows, each made when it is asked for.
     *
     * @param matrix as {@link Matrices#toBytes} makes it of rows of {@code columns.length} values
     * @param columns which columns of the whole these are
     * @param kept places among {@code columns} of those that are wanted
     */
    public static Iterator<CoefficientRows> slices(byte[] matrix, int[] columns, int[] kept, int sliceRows) {
        int width = columns.length;
        int rows = matrix.length / Float.BYTES / width;
        int[] wanted = IntStream.of(kept).map(place -> columns[place]).toArray();
        return IntStream.iterate(0, from -> from < rows, from -> from + sliceRows)
                .mapToObj(from -> {
                    int to = Math.min(rows, from + sliceRows);
                    float[] slice = Matrices.fromBytes(matrix, from * width, to * width);
                    return new CoefficientRows(
                            from,
                            wanted,
                            kept.length == width ? slice : Matrices.select(slice, width, kept, kept.length));
                })
                .iterator();
    }

    /** The same rows, their columns being those of another matrix. */
    public CoefficientRows of(int[] others) {
        return new CoefficientRows(
                from, IntStream.of(columns).map(c -> others[c]).toArray(), values);
    }

    /** Writes the values to a matrix of {@code stride} columns, whose first row is {@code firstRow} of the whole. */
    public void copyTo(float[] matrix, int stride, int firstRow) {
        for (int i = 0; i < values.length; i++) {
            matrix[(from - firstRow + i / columns.length) * stride + columns[i % columns.length]] = values[i];
        }
    }
}
