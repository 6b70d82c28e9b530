/**
 * Blocks of decisions by class: what is summed over the rows and classes of each scope, in the data and in every bootstrap replicate,
 * and the metrics of all classes together that follow from these sums.
 */
@NullMarked
package io.pigeonhole.evaluation.decisions;

import org.jspecify.annotations.NullMarked;
