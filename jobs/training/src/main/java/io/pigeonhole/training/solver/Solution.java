package io.pigeonhole.training.solver;

/**
 * Where the solver ended.
 *
 * @param coefficients matrix of {@code dimension + 1} rows, the last one the intercepts, and one column for each of the
 *     layout's
 * @param objectives objective of each problem, penalty included
 * @param passes scans of the data
 * @param open problems that had not converged at the last pass allowed
 */
@SuppressWarnings("ArrayRecordComponent") // large buffers, never compared
public record Solution(float[] coefficients, double[] objectives, int passes, int open) {}
