/** The exact search for the nearest rows, beside that of scikit-learn. */
@NullMarked
package io.pigeonhole.benchmarks.nearest;

import org.jspecify.annotations.NullMarked;
