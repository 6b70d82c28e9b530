/**
 * Two sets of labelled predictions side by side: which classes got better or worse, and whether that is certain.
 */
@NullMarked
package io.pigeonhole.evaluation.comparison;

import org.jspecify.annotations.NullMarked;
