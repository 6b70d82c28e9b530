/**
 * One pass over the rows: losses, gradients and curvatures at given coefficients, and how lanes add up. No algorithm belongs
 * here.
 */
@NullMarked
package io.pigeonhole.training.solver.passes;

import org.jspecify.annotations.NullMarked;
