package io.pigeonhole.transforms.features;

import org.apache.spark.ml.PipelineStage;

/**
 * A stage of another module that adds one column of vectors.
 *
 * @param stage the stage
 * @param column the column that it adds; its name tells what the vectors are, since features are named by it
 */
public record VectorStage(PipelineStage stage, String column) {}
