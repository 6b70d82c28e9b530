/**
 * Two classifiers in a row: a cheap one answers, and passes the rows on to a dear one from which more is expected. The
 * rule is fitted on counts of rows alone and its accuracy is certified on rows that did not choose it.
 */
@NullMarked
package io.pigeonhole.training.cascade;

import org.jspecify.annotations.NullMarked;
