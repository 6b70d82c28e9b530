/**
 * The inner loops: products of rows and coefficients, exponentials and logarithms. All kernels give the same bits on machines
 * with fused multiply-add.
 */
@NullMarked
package io.pigeonhole.training.solver.kernels;

import org.jspecify.annotations.NullMarked;
