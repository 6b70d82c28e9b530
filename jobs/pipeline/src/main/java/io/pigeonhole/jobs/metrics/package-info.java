/** The store's figures as OpenMetrics text: of jobs and their phases, tables, models and classes; written to a file or pushed. */
@NullMarked
package io.pigeonhole.jobs.metrics;

import org.jspecify.annotations.NullMarked;
