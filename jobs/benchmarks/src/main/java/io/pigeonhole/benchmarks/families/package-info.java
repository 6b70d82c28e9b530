/** Families of models on real data, as pipelines run them: embeddings, trees, neighbours, cascades and rows of no class. */
@NullMarked
package io.pigeonhole.benchmarks.families;

import org.jspecify.annotations.NullMarked;
