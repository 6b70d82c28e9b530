/** The noun example, for all jobs: examples with their split, classes, slices and groups, and the forgotten values. */
@NullMarked
package io.pigeonhole.jobs.examples;

import org.jspecify.annotations.NullMarked;
