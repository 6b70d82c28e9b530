/** The job {@code extract}: sources in, {@code examples}, {@code rejects} and {@code classes} out. */
@NullMarked
package io.pigeonhole.jobs.extract;

import org.jspecify.annotations.NullMarked;
