/** Means per class with a paired bootstrap, and what uses them: costs of decisions and prediction sets. */
@NullMarked
package io.pigeonhole.evaluation.means;

import org.jspecify.annotations.NullMarked;
