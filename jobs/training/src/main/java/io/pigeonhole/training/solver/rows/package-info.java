/**
 * The rows that the solver trains on: {@link io.pigeonhole.training.solver.rows.TrainingRow one row}, blocks of rows compressed
 * by feature, and lanes, which are the cached partitions of blocks. No problem belongs here.
 */
@NullMarked
package io.pigeonhole.training.solver.rows;

import org.jspecify.annotations.NullMarked;
