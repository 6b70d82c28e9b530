/**
 * Means per class with a paired bootstrap, and what is built on them: costs of decisions and prediction sets.
 */
@NullMarked
package io.pigeonhole.evaluation.means;

import org.jspecify.annotations.NullMarked;
