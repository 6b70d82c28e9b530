/** The job {@code stratify}: examples in, {@code splits} out; what was dealt once stays. */
@NullMarked
package io.pigeonhole.jobs.stratify;

import org.jspecify.annotations.NullMarked;
