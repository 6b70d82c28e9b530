package io.pigeonhole.training.solver.lbfgs;

import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.problems.Layout;
import java.io.Serializable;
import java.util.Arrays;

/**
 * What the columns of the matrices are.
 *
 * @param stride columns, padding included
 * @param problemOfColumn problem of each column that is not padding
 * @param problems number of problems
 * @param l2 L2 penalty of each column
 * @param l1 L1 penalty of each column
 * @param hasL1 whether any column has an L1 penalty
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ColumnPenalties(int stride, int[] problemOfColumn, int problems, float[] l2, float[] l1, boolean hasL1)
        implements Serializable {

    static ColumnPenalties of(Layout layout, double[] l2, double[] l1) {
        int stride = Matrices.padded(layout.columns());
        int[] problemOfColumn = layout.problemOfColumn();
        return new ColumnPenalties(
                stride,
                problemOfColumn,
                layout.problems(),
                spread(l2, problemOfColumn, stride),
                spread(l1, problemOfColumn, stride),
                Arrays.stream(l1).anyMatch(weight -> weight > 0));
    }

    private static float[] spread(double[] byProblem, int[] problemOfColumn, int stride) {
        float[] values = new float[stride];
        for (int c = 0; c < problemOfColumn.length; c++) {
            values[c] = (float) byProblem[problemOfColumn[c]];
        }
        return values;
    }

    /** The value of its problem in each column, 0 in the padding. */
    float[] spread(double[] byProblem) {
        return spread(byProblem, problemOfColumn, stride);
    }

    /** Sums over the columns of each problem. */
    double[] byProblem(double[] byColumn) {
        double[] sums = new double[problems];
        for (int c = 0; c < problemOfColumn.length; c++) {
            sums[problemOfColumn[c]] += byColumn[c];
        }
        return sums;
    }
}
