/**
 * Predictions that were made elsewhere, mapped to the table of predictions.
 */
@NullMarked
package io.pigeonhole.evaluation.foreign;

import org.jspecify.annotations.NullMarked;
