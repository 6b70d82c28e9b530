/** The job {@code stratify}: it reads examples and writes {@code splits}; an assignment never changes. */
@NullMarked
package io.pigeonhole.jobs.stratify;

import org.jspecify.annotations.NullMarked;
