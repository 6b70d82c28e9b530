/** The job {@code extract}: it reads the sources and writes {@code examples}, {@code rejects} and {@code classes}. */
@NullMarked
package io.pigeonhole.jobs.extract;

import org.jspecify.annotations.NullMarked;
