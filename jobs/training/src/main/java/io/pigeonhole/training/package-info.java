/**
 * The linear trainers as Spark ML estimators and models: softmax, one-vs-rest and hierarchical, all over the one solver
 * in {@code solver}. Nothing here knows a table, a path of the store or the configuration.
 */
@NullMarked
package io.pigeonhole.training;

import org.jspecify.annotations.NullMarked;
