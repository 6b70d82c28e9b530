package io.pigeonhole.training.solver.lbfgs;

import io.pigeonhole.training.solver.problems.Objective;

/**
 * What of L-BFGS is large: all vectors, cut into slices of rows, and the gradient of the last pass. Wherever the slices
 * lie, each sum is taken within the slices and then over them in their order, so that results do not depend on it.
 */
public interface Vectors extends AutoCloseable {

    /** Elements of a slice while there are few, and the most slices. */
    int SLICE = 1 << 17;

    int MOST_SLICES = 64;

    /** Rows of each slice but the last. */
    static int sliceRows(int rows, int stride) {
        long slices = Math.min(MOST_SLICES, Math.max(1, (long) rows * stride / SLICE));
        return (int) ((rows + slices - 1) / slices);
    }

    /**
     * One pass at the trial point; keeps the gradient.
     *
     * @return sum of losses of each problem, over the lanes in their order
     */
    double[] evaluate(Objective objective, float interceptValue);

    /** As {@link Slice#advance}, over all slices. */
    double[][] advance(Slice.Advance how);

    /** As {@link Slice#move}, over all slices; the trial point is where the next pass evaluates. */
    double[][] move(Slice.Move how);

    /**
     * Drops all columns but some.
     *
     * @param smaller what the columns are then
     * @param trialSteps step along the direction of the trial point, by the smaller columns
     */
    void select(ColumnPenalties columns, int[] kept, ColumnPenalties smaller, float[] trialSteps);

    /** Hands out some columns of the point, not scaled any more, as columns {@code targets} of the solution. */
    void store(ColumnPenalties columns, int[] sources, int[] targets);

    @Override
    void close();

    /** {@code total += addend}, sum by sum and problem by problem. */
    static void add(double[][] total, double[][] addend) {
        for (int s = 0; s < total.length; s++) {
            for (int p = 0; p < total[s].length; p++) {
                total[s][p] += addend[s][p];
            }
        }
    }
}
