/** How near the solver's kernels come to what the machine allows: its JMH benchmarks, as contenders. */
@NullMarked
package io.pigeonhole.benchmarks.kernels;

import org.jspecify.annotations.NullMarked;
