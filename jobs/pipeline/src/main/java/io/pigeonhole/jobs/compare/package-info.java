/** The job {@code compare}: predictions of two model versions in, {@code comparisons} out. */
@NullMarked
package io.pigeonhole.jobs.compare;

import org.jspecify.annotations.NullMarked;
