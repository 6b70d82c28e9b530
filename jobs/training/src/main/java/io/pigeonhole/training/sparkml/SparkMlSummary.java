package io.pigeonhole.training.sparkml;

import java.io.Serializable;

/**
 * How a model was trained; a loaded model does not know it.
 *
 * @param rows of the training
 * @param features number of features
 * @param partitions of the rows
 * @param isRepeatable whether the same rows are known to give the same bits on any number of cores
 */
public record SparkMlSummary(long rows, int features, int partitions, boolean isRepeatable) implements Serializable {}
