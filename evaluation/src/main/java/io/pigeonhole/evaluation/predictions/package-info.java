/**
 * The input of the module: the table of predictions, its checks, and what its rows contain: slices, levels, listed
 * probabilities and the units that the bootstrap draws. One scan reads them all, and hands blocks of arrays on.
 */
@NullMarked
package io.pigeonhole.evaluation.predictions;

import org.jspecify.annotations.NullMarked;
