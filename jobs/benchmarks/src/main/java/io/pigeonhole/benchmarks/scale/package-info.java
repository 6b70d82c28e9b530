/** How fast many rows go through the jobs that come before any training, beside merely reading and writing them. */
@NullMarked
package io.pigeonhole.benchmarks.scale;

import org.jspecify.annotations.NullMarked;
