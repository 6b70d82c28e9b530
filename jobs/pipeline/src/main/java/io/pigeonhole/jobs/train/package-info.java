/** The job {@code train}: examples and splits in, a saved pipeline model and its row in {@code models} out. */
@NullMarked
package io.pigeonhole.jobs.train;

import org.jspecify.annotations.NullMarked;
