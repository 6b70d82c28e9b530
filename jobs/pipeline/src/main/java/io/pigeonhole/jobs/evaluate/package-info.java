/** The job {@code evaluate}: predictions in, the evaluation tables out. */
@NullMarked
package io.pigeonhole.jobs.evaluate;

import org.jspecify.annotations.NullMarked;
