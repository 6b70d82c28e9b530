/**
 * Delta tables by Delta's and Spark's internals, which nothing outside of this package imports: versions read and written in
 * this process, without a query.
 */
@NullMarked
package io.pigeonhole.jobs.store.delta;

import org.jspecify.annotations.NullMarked;
