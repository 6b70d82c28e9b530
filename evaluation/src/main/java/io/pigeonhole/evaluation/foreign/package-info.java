/** Predictions from elsewhere, mapped to the schema of predictions. */
@NullMarked
package io.pigeonhole.evaluation.foreign;

import org.jspecify.annotations.NullMarked;
