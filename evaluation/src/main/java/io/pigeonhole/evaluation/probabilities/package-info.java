/**
 * Blocks of probabilities by class: figures of each class against the rest, bins of calibration, curves and thresholds, and the metrics
 * of the probabilities of all classes together.
 */
@NullMarked
package io.pigeonhole.evaluation.probabilities;

import org.jspecify.annotations.NullMarked;
