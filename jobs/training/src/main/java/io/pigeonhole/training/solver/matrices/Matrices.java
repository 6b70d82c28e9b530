package io.pigeonhole.training.solver.matrices;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;

/**
 * Operations on feature-major matrices, element by element, in parallel; and how they travel.
 */
public final class Matrices {

    private static final int CHUNKS = 64;

    /** Columns are padded to whole vectors of the widest kind, so that results do not depend on the machine's. */
    public static final int PADDING = 16;

    private Matrices() {}

    /** Columns with their padding: the next multiple of {@link #PADDING}. */
    public static int padded(int columns) {
        return (columns + PADDING - 1) / PADDING * PADDING;
    }

    /** {@code total += addend}, element by element. */
    public static void add(float[] total, float[] addend) {
        chunks(total.length, (chunk, from, to) -> {
            for (int i = from; i < to; i++) {
                total[i] += addend[i];
            }
        });
    }

    /** Works on the range of rows {@code [from, to)}. */
    interface RowRange {
        void apply(int chunk, int from, int to);
    }

    /** Cuts the rows into a fixed number of ranges and works on them in parallel. */
    static void chunks(int rows, RowRange work) {
        IntStream.range(0, CHUNKS).parallel().forEach(chunk -> {
            int from = (int) ((long) rows * chunk / CHUNKS);
            int to = (int) ((long) rows * (chunk + 1) / CHUNKS);
            work.apply(chunk, from, to);
        });
    }

    /**
     * Some columns of a matrix, moved together.
     *
     * @param stride columns of the matrix
     * @param newStride columns of the result; those beyond the ones selected are 0
     */
    public static float[] select(float[] matrix, int stride, int[] columns, int newStride) {
        int rows = matrix.length / stride;
        float[] selected = new float[rows * newStride];
        for (int row = 0; row < rows; row++) {
            for (int c = 0; c < columns.length; c++) {
                selected[row * newStride + c] = matrix[row * stride + columns[c]];
            }
        }
        return selected;
    }

    /** Puts values, row by row one for each of {@code columns}, into these columns of a matrix of {@code stride} columns. */
    public static void put(float[] values, int[] columns, float[] matrix, int stride) {
        int rows = matrix.length / stride;
        for (int row = 0; row < rows && columns.length > 0; row++) {
            for (int c = 0; c < columns.length; c++) {
                matrix[row * stride + columns[c]] = values[row * columns.length + c];
            }
        }
    }

    /** As bytes, which are serialised several times as fast. */
    public static byte[] toBytes(float[] values, int from, int to) {
        byte[] bytes = new byte[(to - from) * Float.BYTES];
        ByteBuffer.wrap(bytes).asFloatBuffer().put(values, from, to - from);
        return bytes;
    }

    /** Writes what {@link #toBytes} made to {@code target}, from {@code offset} on. */
    public static void fromBytes(byte[] bytes, float[] target, int offset) {
        ByteBuffer.wrap(bytes).asFloatBuffer().get(target, offset, bytes.length / Float.BYTES);
    }

    /** Some of the values that {@link #toBytes} made bytes of. */
    public static float[] fromBytes(byte[] bytes, int from, int to) {
        float[] values = new float[to - from];
        ByteBuffer.wrap(bytes).asFloatBuffer().get(from, values);
        return values;
    }
}
