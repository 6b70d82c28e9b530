/**
 * Probabilities that can be believed: temperature, vector and isotonic scaling of the decisions that a classifier takes,
 * fitted with cross-fitting on rows that it was not trained on, and the stage that applies them behind it. What lives here
 * knows probabilities and labels, whatever model they come from.
 */
@NullMarked
package io.pigeonhole.training.calibration;

import org.jspecify.annotations.NullMarked;
