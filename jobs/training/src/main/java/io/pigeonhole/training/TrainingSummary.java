package io.pigeonhole.training;

import java.io.Serializable;

/**
 * Figures of a training.
 *
 * @param rows training rows
 * @param features dimension of the solver
 * @param columns columns of the coefficient matrix
 * @param problems optimisation problems
 * @param passes scans of the data
 * @param open problems that had not converged when the passes ran out
 * @param objective sum of the objectives at the end
 */
public record TrainingSummary(
        long rows, int features, int columns, int problems, int passes, int open, double objective)
        implements Serializable {}
