/**
 * The figures of jobs and their phases, tables, models and classes as OpenMetrics text, written to a file or pushed.
 */
@NullMarked
package io.pigeonhole.jobs.metrics;

import org.jspecify.annotations.NullMarked;
