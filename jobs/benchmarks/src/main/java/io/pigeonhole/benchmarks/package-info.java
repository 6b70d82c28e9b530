/**
 * Runs benchmarks: each is a set of contenders that do the same work, each in a process of its own, in turns. What they
 * measured is kept, and shown as a page and as a Delta table. The contenders themselves stand in the packages below, by
 * the part of the project that they put to the test.
 */
@NullMarked
package io.pigeonhole.benchmarks;

import org.jspecify.annotations.NullMarked;
