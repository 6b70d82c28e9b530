/**
 * What the solver is asked and what it answers: the layout of problems in columns, losses, penalties, options, and the
 * solution. Knows no algorithm.
 */
@NullMarked
package io.pigeonhole.training.solver.problems;

import org.jspecify.annotations.NullMarked;
