/**
 * Benchmarks of the solver's kernels and of what the machine allows. In the solver's package, because the kernels are for it
 * alone.
 */
@NullMarked
package io.pigeonhole.training.solver;

import org.jspecify.annotations.NullMarked;
