package io.pigeonhole.training.solver.problems;

import java.io.Serializable;

/**
 * How to solve.
 *
 * @param maxIter most passes over the data
 * @param tol a problem is closed when its duality gap is at most this share of its objective or, with L-BFGS, when two
 *     passes in a row expect and gain less than that
 * @param fitIntercept whether each column has an intercept
 * @param method how the optimum is sought
 */
public record SolverOptions(int maxIter, double tol, boolean fitIntercept, Method method) implements Serializable {

    /** The algorithm; the optimum is the same. */
    public enum Method {
        /** Dual coordinate ascent where rows are few beside features, penalties are L2 and memory suffices; else L-BFGS. */
        AUTO,
        /** Dual coordinate ascent wherever the penalties and the memory allow it. */
        DUAL,
        /** L-BFGS, whitened where features are few. */
        LBFGS
    }

    public SolverOptions {
        if (!(tol > 0) || maxIter < 1) {
            throw new IllegalArgumentException(
                    "tol must be above 0 and maxIter at least 1, not " + tol + " and " + maxIter);
        }
    }
}
