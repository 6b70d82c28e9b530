/** The job {@code drift}: predictions of a model version on two splits in, {@code drift} out. */
@NullMarked
package io.pigeonhole.jobs.drift;

import org.jspecify.annotations.NullMarked;
