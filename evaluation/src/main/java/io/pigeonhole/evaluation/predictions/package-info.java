/**
 * The input of the module: the table of predictions, the check of its contract, and what its rows say about slices, levels,
 * listed probabilities and the unit that the bootstrap draws.
 */
@NullMarked
package io.pigeonhole.evaluation.predictions;

import org.jspecify.annotations.NullMarked;
