/**
 * The solver's input and output: the layout of problems in columns, losses, penalties, options, and the solution. No algorithm
 * belongs here.
 */
@NullMarked
package io.pigeonhole.training.solver.problems;

import org.jspecify.annotations.NullMarked;
