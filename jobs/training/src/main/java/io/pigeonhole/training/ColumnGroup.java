package io.pigeonhole.training;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * Coefficients of adjacent columns, in whichever form takes less memory. Features without a coefficient other than zero
 * are left out; the last row, whose feature is the number of features, holds the intercepts.
 */
sealed interface ColumnGroup extends Serializable permits ColumnGroup.Full, ColumnGroup.Sparse, DistantGroup {

    int width();

    /** Features that have a row, ascending; the last one stands for the intercepts and is always there. */
    int[] features();

    /** Adds {@code value} times the row to {@code margins[offset ...]}. */
    void addRow(int row, double value, double[] margins, int offset);

    float coefficient(int row, int column);

    /** Coefficients that are stored. */
    long stored();

    /** The margins of a row of features, into {@code margins[offset, offset + width)}. */
    default void margins(int[] indices, double[] values, double[] margins, int offset) {
        int[] features = features();
        int intercepts = features.length - 1;
        Arrays.fill(margins, offset, offset + width(), 0);
        addRow(intercepts, 1, margins, offset);
        boolean all = intercepts == features[intercepts];
        for (int i = 0; i < indices.length; i++) {
            int row = all ? indices[i] : Arrays.binarySearch(features, 0, intercepts, indices[i]);
            if (row >= 0) {
                addRow(row, values[i], margins, offset);
            }
        }
    }

    /** Coefficient of a feature; zero where it has none. */
    default float of(int feature, int column) {
        int row = Arrays.binarySearch(features(), feature);
        return row < 0 ? 0f : coefficient(row, column);
    }

    /** The same without the coefficients of features that are smaller than this; intercepts stay. */
    default ColumnGroup prunedBelow(double least) {
        int[] features = features();
        int width = width();
        float[] matrix = new float[features.length * width];
        for (int row = 0; row < features.length; row++) {
            boolean intercept = row == features.length - 1;
            for (int c = 0; c < width; c++) {
                float value = coefficient(row, c);
                matrix[row * width + c] = intercept || Math.abs(value) >= least ? value : 0f;
            }
        }
        return of(features, matrix, width, 0, width);
    }

    /** Adds its features and coefficients to a digest. */
    void update(MessageDigest digest);

    static void update(MessageDigest digest, int[] values) {
        update(digest, values.length, i -> values[i]);
    }

    static void update(MessageDigest digest, int length, IntUnaryOperator bits) {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < length; i++) {
            if (buffer.remaining() < Integer.BYTES) {
                digest.update(buffer.flip());
                buffer.clear();
            }
            buffer.putInt(bits.applyAsInt(i));
        }
        digest.update(buffer.flip());
    }

    /**
     * Some columns of a matrix.
     *
     * @param features the feature of each row of the matrix, ascending, that of the intercepts last
     */
    static ColumnGroup of(int[] features, float[] matrix, int stride, int from, int to) {
        int width = to - from;
        int[] kept = kept(features, features[features.length - 1], matrix, stride, from, width);
        long nonZeros = 0;
        for (int row : kept) {
            nonZeros += nonZeros(matrix, row * stride + from, width);
        }
        int[] names = Arrays.stream(kept).map(row -> features[row]).toArray();
        return isSparse(kept.length, nonZeros, width)
                ? sparse(names, kept, matrix, stride, from, width, (int) nonZeros)
                : full(names, kept, matrix, stride, from, width);
    }

    /**
     * Some rows of a matrix, in the given form.
     *
     * @param features the feature of each row, ascending
     * @param intercepts the feature of the intercepts, whether it is among the rows or not
     */
    static ColumnGroup of(int[] features, int intercepts, float[] matrix, int width, boolean isSparse) {
        int[] kept = kept(features, intercepts, matrix, width, 0, width);
        int[] names = Arrays.stream(kept).map(row -> features[row]).toArray();
        return isSparse
                ? sparse(names, kept, matrix, width, 0, width, (int) nonZeros(matrix, 0, matrix.length))
                : full(names, kept, matrix, width, 0, width);
    }

    /** A full row takes 4 bytes a column; a sparse one 8 for each non-zero, and 4 for where it starts. */
    static boolean isSparse(long rows, long nonZeros, int width) {
        return 2 * nonZeros + rows < rows * width;
    }

    /** Rows with a coefficient other than zero, and that of the intercepts. */
    private static int[] kept(int[] features, int intercepts, float[] matrix, int stride, int from, int width) {
        int rows = 0;
        int[] kept = new int[features.length];
        for (int row = 0; row < features.length; row++) {
            if (features[row] == intercepts || nonZeros(matrix, row * stride + from, width) > 0) {
                kept[rows++] = row;
            }
        }
        return Arrays.copyOf(kept, rows);
    }

    private static long nonZeros(float[] matrix, int offset, int width) {
        long count = 0;
        for (int c = 0; c < width; c++) {
            count += matrix[offset + c] != 0f ? 1 : 0;
        }
        return count;
    }

    private static ColumnGroup full(int[] names, int[] rows, float[] matrix, int stride, int from, int width) {
        float[] values = new float[rows.length * width];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(matrix, rows[i] * stride + from, values, i * width, width);
        }
        return new Full(names, values, width);
    }

    private static ColumnGroup sparse(
            int[] names, int[] rows, float[] matrix, int stride, int from, int width, int nonZeros) {
        int[] starts = new int[rows.length + 1];
        int[] columns = new int[nonZeros];
        float[] values = new float[nonZeros];
        int next = 0;
        for (int i = 0; i < rows.length; i++) {
            for (int c = 0; c < width; c++) {
                float value = matrix[rows[i] * stride + from + c];
                if (value != 0f) {
                    columns[next] = c;
                    values[next++] = value;
                }
            }
            starts[i + 1] = next;
        }
        return new Sparse(names, starts, columns, values, width);
    }

    /** Whole rows. */
    @SuppressWarnings("ArrayRecordComponent") // large buffers, compared by their fingerprint
    record Full(int[] features, float[] values, int width) implements ColumnGroup {

        @Override
        public void addRow(int row, double value, double[] margins, int offset) {
            int from = row * width;
            for (int c = 0; c < width; c++) {
                margins[offset + c] += value * values[from + c];
            }
        }

        @Override
        public float coefficient(int row, int column) {
            return values[row * width + column];
        }

        @Override
        public long stored() {
            return values.length;
        }

        @Override
        public void update(MessageDigest digest) {
            ColumnGroup.update(digest, features);
            ColumnGroup.update(digest, values.length, i -> Float.floatToIntBits(values[i]));
        }
    }

    /**
     * The coefficients that are not zero.
     *
     * @param starts where each row begins in {@code columns} and {@code values}; one more than rows
     * @param columns ascending within a row
     */
    @SuppressWarnings("ArrayRecordComponent") // large buffers, compared by their fingerprint
    record Sparse(int[] features, int[] starts, int[] columns, float[] values, int width) implements ColumnGroup {

        private static final long MOST_DENSE = 1L << 28;

        @Override
        public void addRow(int row, double value, double[] margins, int offset) {
            for (int i = starts[row]; i < starts[row + 1]; i++) {
                margins[offset + columns[i]] += value * values[i];
            }
        }

        @Override
        public float coefficient(int row, int column) {
            int at = Arrays.binarySearch(columns, starts[row], starts[row + 1], column);
            return at < 0 ? 0f : values[at];
        }

        /** The whole matrix of very many columns has more elements than an array. */
        @Override
        public ColumnGroup prunedBelow(double least) {
            return (long) features.length * width <= MOST_DENSE ? ColumnGroup.super.prunedBelow(least) : without(least);
        }

        private Sparse without(double least) {
            int[] newStarts = new int[starts.length];
            int[] newColumns = new int[columns.length];
            float[] newValues = new float[values.length];
            int next = 0;
            for (int row = 0; row < features.length; row++) {
                for (int i = starts[row]; i < starts[row + 1]; i++) {
                    if (row == features.length - 1 || Math.abs(values[i]) >= least) {
                        newColumns[next] = columns[i];
                        newValues[next++] = values[i];
                    }
                }
                newStarts[row + 1] = next;
            }
            return new Sparse(
                    features, newStarts, Arrays.copyOf(newColumns, next), Arrays.copyOf(newValues, next), width);
        }

        @Override
        public long stored() {
            return values.length;
        }

        @Override
        public void update(MessageDigest digest) {
            ColumnGroup.update(digest, features);
            ColumnGroup.update(digest, starts);
            ColumnGroup.update(digest, columns);
            ColumnGroup.update(digest, values.length, i -> Float.floatToIntBits(values[i]));
        }
    }
}
