package io.pigeonhole.training.solver.lbfgs;

import java.io.Serializable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where some columns start, in scaled and padded coefficients.
 *
 * @param rows rows of the matrices, the intercepts' last
 * @param intercepts by column, scaled, padded
 * @param given matrix to start from instead, not scaled; of {@code givenColumns} columns
 * @param columns which of its columns these are
 * @param factors what each row's coefficients are multiplied by
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StartPoint(
        int rows, float[] intercepts, float @Nullable [] given, int givenColumns, int[] columns, float[] factors) {

    /** At zero. */
    static StartPoint zero(int rows, int stride) {
        return new StartPoint(rows, new float[stride], null, 0, new int[0], new float[0]);
    }

    /** Rows {@code [from, to)}; rows of zeros at their beginning may be left out. */
    float[] rows(int from, int to) {
        int stride = intercepts.length;
        if (given == null) {
            return to == rows ? intercepts : new float[0];
        }
        float[] start = new float[(to - from) * stride];
        for (int row = from; row < to; row++) {
            for (int c = 0; c < columns.length; c++) {
                start[(row - from) * stride + c] = given[row * givenColumns + columns[c]] / factors[row];
            }
        }
        return start;
    }

    /** What the slice of rows {@code [from, to)} is built from, in the process that will hold it. */
    Seed seed(int from, int to, float[] penalised) {
        return new Seed(from, Arrays.copyOfRange(penalised, from, to), intercepts.length, rows(from, to));
    }

    /** What a slice is made of. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Seed(int from, float[] penalised, int stride, float[] lastRows) implements Serializable {

        Slice slice(boolean hasL1) {
            float[] point = new float[penalised.length * stride];
            System.arraycopy(lastRows, 0, point, point.length - lastRows.length, lastRows.length);
            return new Slice(from, penalised, point, hasL1);
        }
    }
}
