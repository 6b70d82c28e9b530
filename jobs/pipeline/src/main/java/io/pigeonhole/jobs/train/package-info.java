/** The job {@code train}: it reads examples and splits, saves a pipeline model and writes its row in {@code models}. */
@NullMarked
package io.pigeonhole.jobs.train;

import org.jspecify.annotations.NullMarked;
