/** The job {@code maintain}: it merges small files of the tables and removes files that are no longer needed. */
@NullMarked
package io.pigeonhole.jobs.maintain;

import org.jspecify.annotations.NullMarked;
