/**
 * Classifiers that compare a row with training rows, exactly: the nearest of them, or the centroid of each class. Classes
 * can be added to a trained model, and the scores of its other classes keep their bits.
 */
@NullMarked
package io.pigeonhole.training.nearest;

import org.jspecify.annotations.NullMarked;
