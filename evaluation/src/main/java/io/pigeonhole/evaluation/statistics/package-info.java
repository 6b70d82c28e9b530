/**
 * Figures, intervals and tests from counts and numbers. Code here knows neither data sets nor tables, and uses no other
 * package of this module.
 */
@NullMarked
package io.pigeonhole.evaluation.statistics;

import org.jspecify.annotations.NullMarked;
