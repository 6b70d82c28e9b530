/**
 * How a model treats rows that belong to none of its classes: the decision that a row is unknown, and the score that it
 * comes from.
 */
@NullMarked
package io.pigeonhole.evaluation.unknown;

import org.jspecify.annotations.NullMarked;
