package io.pigeonhole.training.nearest;

import java.io.Serializable;

/**
 * A class as a linear function of the features.
 *
 * @param vector coefficients
 * @param bias what is added to their dot product with a row
 */
record Centroid(String label, FeatureVector vector, double bias) implements Serializable {}
