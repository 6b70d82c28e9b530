/**
 * Embeddings: the pretrained models that the features name, and the table of the vectors that they have computed, so that
 * no vector is computed twice.
 */
@NullMarked
package io.pigeonhole.jobs.embeddings;

import org.jspecify.annotations.NullMarked;
