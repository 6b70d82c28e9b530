/** The job {@code score}: a model version and examples in, {@code predictions} out. */
@NullMarked
package io.pigeonhole.jobs.score;

import org.jspecify.annotations.NullMarked;
