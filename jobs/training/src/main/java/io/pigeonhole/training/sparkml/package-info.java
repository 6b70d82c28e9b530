/**
 * Any classifier of Spark ML, by the name of its class and its parameters, as a classifier over class names: it sees label
 * indices in the order of the names, rows in a fixed order, and vectors in one form.
 */
@NullMarked
package io.pigeonhole.training.sparkml;

import org.jspecify.annotations.NullMarked;
