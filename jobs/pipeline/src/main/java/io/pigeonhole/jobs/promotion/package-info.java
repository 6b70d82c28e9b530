/** The jobs {@code gate}, {@code promote} and {@code rollback}: from the predictions of a model version to its verdicts, and from those to the champion. */
@NullMarked
package io.pigeonhole.jobs.promotion;

import org.jspecify.annotations.NullMarked;
