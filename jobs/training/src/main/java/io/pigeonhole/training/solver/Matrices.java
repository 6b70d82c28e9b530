package io.pigeonhole.training.solver;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Column-wise operations on feature-major matrices. Work is cut into a fixed number of chunks and partial sums are added
 * in their order, so that results do not depend on the number of threads.
 */
final class Matrices {

    private static final int CHUNKS = 64;
    /** Rows after which a sum in single precision is added to one in double precision. */
    private static final int FLUSH = 32;

    private Matrices() {}

    /** {@code total += addend}, element by element. */
    static void add(float[] total, float[] addend) {
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

    /** Adds the products of one row of elements, starting at {@code offset}, to several single-precision sums by column. */
    interface RowSums {
        void add(int offset, float[][] sums);
    }

    /** Several sums over rows, by column; {@code work} may also write to the row that it is called for. */
    static double[][] columnSums(int rows, int stride, int count, RowSums work) {
        double[][][] partial = new double[CHUNKS][][];
        chunks(rows, (chunk, from, to) -> {
            double[][] sums = new double[count][stride];
            float[][] recent = new float[count][stride];
            for (int row = from; row < to; row++) {
                work.add(row * stride, recent);
                if (row % FLUSH == FLUSH - 1 || row == to - 1) {
                    for (int s = 0; s < count; s++) {
                        addTo(sums[s], recent[s]);
                        Arrays.fill(recent[s], 0f);
                    }
                }
            }
            partial[chunk] = sums;
        });
        double[][] total = new double[count][stride];
        for (double[][] sums : partial) {
            for (int s = 0; s < count; s++) {
                for (int c = 0; c < stride; c++) {
                    total[s][c] += sums[s][c];
                }
            }
        }
        return total;
    }

    private static void addTo(double[] sums, float[] addends) {
        for (int c = 0; c < sums.length; c++) {
            sums[c] += addends[c];
        }
    }

    /** The columns listed, in that order, as a matrix of another stride; columns beyond them are zero. */
    static float[] selectColumns(float[] matrix, int stride, int[] columns, int newStride) {
        int rows = matrix.length / stride;
        float[] selected = new float[rows * newStride];
        chunks(rows, (chunk, from, to) -> {
            for (int row = from; row < to; row++) {
                for (int c = 0; c < columns.length; c++) {
                    selected[row * newStride + c] = matrix[row * stride + columns[c]];
                }
            }
        });
        return selected;
    }
}
