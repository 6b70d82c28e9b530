package io.pigeonhole.training.solver.dual;

import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.rows.Rows;
import java.util.Arrays;

/**
 * A sweep over the rows that changes a {@link DualState}: the duals of a row and the coefficients of its features change
 * before the next row is read. One sweep is for problems of one column, one for softmax problems.
 */
abstract sealed class DualSweep permits BinarySweep, SoftmaxSweep {

    final DualState state;

    DualSweep(DualState state) {
        this.state = state;
    }

    /** The sweep for the problems of an objective; parameters as those of {@link DualAscent}. */
    static DualSweep of(
            Rows rows, Objective objective, int dimension, double[] totals, float[] intercepts, boolean fitIntercept) {
        return objective.layout().isBinary()
                ? new BinarySweep(rows, objective, dimension, totals, intercepts, fitIntercept)
                : new SoftmaxSweep(rows, objective, dimension, totals, intercepts, fitIntercept);
    }

    /** Takes no more steps for problems that are not open. */
    void close(boolean[] stillOpen) {
        state.close(stillOpen);
    }

    /** Goes through the rows, sums up losses and bounds of gaps, and takes the steps if it is to learn. */
    final void run(int[] order, boolean learn) {
        Arrays.fill(state.losses, 0);
        Arrays.fill(state.gaps, 0);
        sweep(order, learn);
    }

    abstract void sweep(int[] order, boolean learn);

    /**
     * Takes over coefficients: the duals become those of their margins, where there are coefficients, and the coefficients
     * those of the duals, which are near to what was given if that was near to the optimum.
     */
    final void startAt(int[] order, float[] start) {
        boolean[] isGiven = state.take(start);
        // an undamped step ends at the duals of the margins
        float[] steps = state.inverses.clone();
        Arrays.fill(state.inverses, 0f);
        run(order, true);
        System.arraycopy(steps, 0, state.inverses, 0, steps.length);
        Arrays.fill(state.coefficients, 0, state.dimension * state.stride, 0f);
        for (int row = 0; row < state.rows.size(); row++) {
            accumulate(row, isGiven);
        }
    }

    /** Adds a row, times its duals, to the coefficients of the columns that are given; the other duals become 0. */
    abstract void accumulate(int row, boolean[] isGiven);
}
