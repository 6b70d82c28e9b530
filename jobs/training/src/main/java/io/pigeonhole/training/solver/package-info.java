/**
 * One pass, many problems: the shared solver. A trainer is a set of problems over the same rows, and they are solved
 * together, in one of three ways with the same optimum.
 *
 * <p>{@link io.pigeonhole.training.solver.dual Dual coordinate ascent} goes through the rows one by one and changes the
 * coefficients of all problems after each: one task has all rows and a group of the problems. It is for rows that are few
 * beside the features. {@link io.pigeonhole.training.solver.lbfgs L-BFGS} takes whole passes, one Spark job each, that compute
 * the loss and gradient of all problems still open: for anything else, over any number of executors. Whitened L-BFGS is for
 * few features: it works in coordinates in which each column's curvature is about the same in all directions.
 *
 * <p>The rooms, each of which sees only rooms after it: this package, {@code dual}, {@code lbfgs}, {@code passes},
 * {@code kernels}, {@code problems}, {@code matrices}, {@code rows}.
 */
@NullMarked
package io.pigeonhole.training.solver;

import org.jspecify.annotations.NullMarked;
