package io.pigeonhole.training.solver;

/**
 * How to solve.
 *
 * @param maxIter most passes over the data
 * @param tol a problem is closed when two passes in a row expect and gain less than this share of its objective
 * @param fitIntercept whether each column has an intercept
 */
public record SolverOptions(int maxIter, double tol, boolean fitIntercept) {

    public SolverOptions {
        if (!(tol > 0) || maxIter < 1) {
            throw new IllegalArgumentException(
                    "tol must be above 0 and maxIter at least 1, not " + tol + " and " + maxIter);
        }
    }
}
