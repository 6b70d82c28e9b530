/**
 * Columns of examples to one feature vector: Spark ML stages that are fitted on train alone and saved with the model.
 * What is fitted does not depend, to the last bit, on the order of the rows or on their partitioning. No trainer, no
 * input or output and no configuration file is known here.
 */
@NullMarked
package io.pigeonhole.transforms.features;

import org.jspecify.annotations.NullMarked;
