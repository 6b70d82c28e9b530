/**
 * Pretrained models as a feature: a Spark ML stage that turns a text or an image into the vector of an ONNX model, by
 * ONNX Runtime. One environment and one session of each model serve all tasks of a process.
 */
@NullMarked
package io.pigeonhole.embedding;

import org.jspecify.annotations.NullMarked;
