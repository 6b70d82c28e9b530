/**
 * The noun prediction, for all jobs: the conversion of probabilities to rows of {@code predictions}, and the
 * predictions of one model version on one split.
 */
@NullMarked
package io.pigeonhole.jobs.predictions;

import org.jspecify.annotations.NullMarked;
