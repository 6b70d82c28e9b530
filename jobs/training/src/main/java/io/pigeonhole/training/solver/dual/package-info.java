/** Dual coordinate ascent on many problems at once. Problems that it cannot solve continue by L-BFGS. */
@NullMarked
package io.pigeonhole.training.solver.dual;

import org.jspecify.annotations.NullMarked;
