/** How fast predictions are evaluated: generated ones, of a known structure, through the project's own evaluation. */
@NullMarked
package io.pigeonhole.benchmarks.evaluation;

import org.jspecify.annotations.NullMarked;
