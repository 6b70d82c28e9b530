/**
 * Statements that must hold of a model version before it is promoted: their grammar, what they are judged on, and their verdicts.
 */
@NullMarked
package io.pigeonhole.evaluation.gates;

import org.jspecify.annotations.NullMarked;
