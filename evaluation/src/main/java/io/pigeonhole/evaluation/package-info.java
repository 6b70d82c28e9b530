/**
 * Predictions in, tables out: metrics with intervals, per class and overall, at every level of the taxonomy. What lives
 * here knows no model, no job, no configuration file and no path; it reads and writes nothing.
 */
@NullMarked
package io.pigeonhole.evaluation;

import org.jspecify.annotations.NullMarked;
