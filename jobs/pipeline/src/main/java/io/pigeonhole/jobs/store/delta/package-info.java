/** The only package that uses the internals of Spark and Delta Lake. Its types hide them: others see versions, files, rows and plain values. */
@NullMarked
package io.pigeonhole.jobs.store.delta;

import org.jspecify.annotations.NullMarked;
