/** The stage that gives a model that was trained on resampled rows the probabilities of the rows as they were. */
@NullMarked
package io.pigeonhole.training.resampling;

import org.jspecify.annotations.NullMarked;
