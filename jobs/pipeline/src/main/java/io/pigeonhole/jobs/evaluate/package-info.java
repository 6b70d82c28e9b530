/** The job {@code evaluate}: it reads predictions and writes the evaluation tables. */
@NullMarked
package io.pigeonhole.jobs.evaluate;

import org.jspecify.annotations.NullMarked;
