/** The noun example, for all jobs: examples with the split they were dealt to, their classes, slices and groups, and the values that were forgotten. */
@NullMarked
package io.pigeonhole.jobs.examples;

import org.jspecify.annotations.NullMarked;
