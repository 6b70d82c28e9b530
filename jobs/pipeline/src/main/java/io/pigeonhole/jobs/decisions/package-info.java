/** From probabilities to rows of {@code predictions}: which class or node is decided for, and what is kept beside it. */
@NullMarked
package io.pigeonhole.jobs.decisions;

import org.jspecify.annotations.NullMarked;
