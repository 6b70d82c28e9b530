/**
 * Whether a model sees other data than before, from its predictions alone, without labels.
 */
@NullMarked
package io.pigeonhole.evaluation.drift;

import org.jspecify.annotations.NullMarked;
