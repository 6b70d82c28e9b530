/** The job {@code drift}: it reads predictions of a model version on two splits and writes {@code drift}. */
@NullMarked
package io.pigeonhole.jobs.drift;

import org.jspecify.annotations.NullMarked;
