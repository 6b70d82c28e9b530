/** How well, how fast and over how few bytes networks are trained: this project's trainer and other people's. */
@NullMarked
package io.pigeonhole.benchmarks.deep;

import org.jspecify.annotations.NullMarked;
