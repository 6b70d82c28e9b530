/** The job {@code compare}: it reads predictions of two model versions and writes {@code comparisons}. */
@NullMarked
package io.pigeonhole.jobs.compare;

import org.jspecify.annotations.NullMarked;
