/**
 * Repeats a past run beside the store, from the table versions that it read, and compares the results with the original
 * ones.
 */
@NullMarked
package io.pigeonhole.jobs.replay;

import org.jspecify.annotations.NullMarked;
