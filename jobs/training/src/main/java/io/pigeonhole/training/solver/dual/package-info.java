/** Dual coordinate ascent on many problems at once. What it cannot solve goes on by L-BFGS. */
@NullMarked
package io.pigeonhole.training.solver.dual;

import org.jspecify.annotations.NullMarked;
