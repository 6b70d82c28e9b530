/** L-BFGS on many problems at once, plain and in whitened coordinates, with its vectors in one process or on executors. */
@NullMarked
package io.pigeonhole.training.solver.lbfgs;

import org.jspecify.annotations.NullMarked;
