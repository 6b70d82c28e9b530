/** The job {@code stratify}: it reads examples and writes {@code splits} and {@code class_splits}; an assignment never changes. */
@NullMarked
package io.pigeonhole.jobs.stratify;

import org.jspecify.annotations.NullMarked;
