/**
 * Figures, intervals and tests from counts and numbers. What lives here knows neither data sets nor tables, and no other package of
 * this module.
 */
@NullMarked
package io.pigeonhole.evaluation.statistics;

import org.jspecify.annotations.NullMarked;
