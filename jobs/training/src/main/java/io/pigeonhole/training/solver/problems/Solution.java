package io.pigeonhole.training.solver.problems;

import io.pigeonhole.training.solver.matrices.CoefficientMatrix;

/**
 * The solver's result.
 *
 * @param matrix the coefficients
 * @param objectives objective of each problem, penalty included
 * @param passes scans of the data
 * @param open problems that had not converged at the last pass allowed
 */
@SuppressWarnings("ArrayRecordComponent") // large buffers, never compared
public record Solution(CoefficientMatrix matrix, double[] objectives, int passes, int open) {

    /** The coefficients in this process: {@code dimension + 1} rows of the layout's columns, the intercepts last. */
    public float[] coefficients() {
        return matrix.toArray();
    }
}
