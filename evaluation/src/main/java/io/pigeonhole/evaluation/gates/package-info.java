/**
 * Conditions that a model version must meet before it is promoted: their grammar, the figures that they are judged on,
 * and their verdicts.
 */
@NullMarked
package io.pigeonhole.evaluation.gates;

import org.jspecify.annotations.NullMarked;
