/** The job {@code gate}: predictions of a model version and statements in, {@code gates} out. */
@NullMarked
package io.pigeonhole.jobs.gate;

import org.jspecify.annotations.NullMarked;
