/**
 * One pass, many problems: the shared solver. A trainer is a set of problems over the same rows; one pass over the data,
 * one Spark job, computes the loss and gradient of all that are still open.
 *
 * <p>All matrices are feature-major: row {@code j} holds the coefficients of feature {@code j} for every column, so that
 * one non-zero of an example touches one contiguous stretch of memory. The last row holds the intercepts.
 */
@NullMarked
package io.pigeonhole.training.solver;

import org.jspecify.annotations.NullMarked;
