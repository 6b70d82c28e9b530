/** How fast models are trained: this project's trainers and other people's, on the same feature vectors. */
@NullMarked
package io.pigeonhole.benchmarks.training;

import org.jspecify.annotations.NullMarked;
