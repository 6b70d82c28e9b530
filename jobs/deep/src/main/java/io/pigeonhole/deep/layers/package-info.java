/** Layers of our own for Deeplearning4j networks. Their configurations are part of saved networks, by their class names. */
@NullMarked
package io.pigeonhole.deep.layers;

import org.jspecify.annotations.NullMarked;
