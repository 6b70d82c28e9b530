/**
 * Predictions in, tables out: metrics with intervals, per class and overall, at every level of the taxonomy. Code here
 * knows no models, jobs, configuration files or paths, and reads and writes no files.
 */
@NullMarked
package io.pigeonhole.evaluation;

import org.jspecify.annotations.NullMarked;
