/** The benchmarks of embeddings. */
@NullMarked
package io.pigeonhole.benchmarks.embedding;

import org.jspecify.annotations.NullMarked;
