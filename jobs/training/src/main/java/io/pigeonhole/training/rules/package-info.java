/**
 * Rules that people write, combined with a classifier: each rule is an SQL condition over the columns of a row and a class,
 * and decides where it must, or where validation shows it to be surer than the classifier is of the row.
 */
@NullMarked
package io.pigeonhole.training.rules;

import org.jspecify.annotations.NullMarked;
