/** The job {@code score}: it reads a model version and examples and writes {@code predictions}. */
@NullMarked
package io.pigeonhole.jobs.score;

import org.jspecify.annotations.NullMarked;
