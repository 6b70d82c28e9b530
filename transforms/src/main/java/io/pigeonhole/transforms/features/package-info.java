/**
 * Turns columns of examples into one feature vector: Spark ML stages that are fitted on train alone and saved with the
 * model. A fitted stage is identical to the last bit for every order and partitioning of the rows. This package has no
 * trainer, no input or output and no configuration file.
 */
@NullMarked
package io.pigeonhole.transforms.features;

import org.jspecify.annotations.NullMarked;
