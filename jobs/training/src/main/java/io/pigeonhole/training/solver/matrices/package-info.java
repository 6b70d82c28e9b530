/**
 * Matrices of coefficients, feature-major: row {@code j} holds the coefficients of feature {@code j} for every column, so that
 * one non-zero of a row touches one contiguous stretch of memory. The last row holds the intercepts.
 */
@NullMarked
package io.pigeonhole.training.solver.matrices;

import org.jspecify.annotations.NullMarked;
