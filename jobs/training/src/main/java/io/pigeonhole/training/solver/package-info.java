/**
 * One pass, many problems: the shared solver. A trainer is a set of problems over the same rows, and they are solved
 * together, in one of three ways with the same optimum.
 *
 * <p>{@link io.pigeonhole.training.solver.DualAscent Dual coordinate ascent} goes through the rows one by one and changes the
 * coefficients of all problems after each: one task has all rows and a group of the problems. For rows that are few beside
 * the features. L-BFGS takes whole passes, one Spark job each, that compute the loss and gradient of all problems still open:
 * for anything else, over any number of executors. {@link io.pigeonhole.training.solver.WhitenedSolver Whitened L-BFGS} is
 * for few features: it works in coordinates in which each column's curvature is about the same in all directions.
 *
 * <p>All matrices are feature-major: row {@code j} holds the coefficients of feature {@code j} for every column, so that
 * one non-zero of an example touches one contiguous stretch of memory. The last row holds the intercepts.
 */
@NullMarked
package io.pigeonhole.training.solver;

import org.jspecify.annotations.NullMarked;
