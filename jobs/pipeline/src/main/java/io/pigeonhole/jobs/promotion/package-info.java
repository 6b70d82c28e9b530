/**
 * The jobs {@code gate}, {@code promote} and {@code rollback}: they judge a model version by its predictions, and
 * change the champion by these verdicts.
 */
@NullMarked
package io.pigeonhole.jobs.promotion;

import org.jspecify.annotations.NullMarked;
