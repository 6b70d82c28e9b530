package io.pigeonhole.training.solver;

/**
 * How to solve.
 *
 * @param regParam L2 penalty: the objective is the weighted mean of the losses over all rows plus {@code regParam / 2}
 *     times the squared length of the coefficients, intercepts left out
 * @param maxIter most passes over the data
 * @param tol a problem is closed when two passes in a row expect and gain less than this share of its objective
 * @param fitIntercept whether each column has an intercept
 */
public record SolverOptions(double regParam, int maxIter, double tol, boolean fitIntercept) {

    public SolverOptions {
        if (!(regParam >= 0) || !(tol > 0) || maxIter < 1) {
            throw new IllegalArgumentException("regParam must be at least 0, tol above 0 and maxIter at least 1, not "
                    + regParam + ", " + tol + " and " + maxIter);
        }
    }
}
