package io.pigeonhole.training.solver.dual;

import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.Loss;
import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.rows.Rows;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The sweep for problems of one column against the rest: a row takes a step in all columns at once. */
final class BinarySweep extends DualSweep {

    /** Rows whose losses are summed in single precision. */
    private static final int FLUSH = 64;

    private final Objective objective;
    /** Columns of problems that have ended. */
    private int[] closed = new int[0];

    private final float[] margins;
    /** Margins before a step. */
    private final float[] before;

    private final float[] weights;
    private final float[] damping;
    private final float[] recentLosses;
    private final float[] recentGaps;

    BinarySweep(
            Rows rows, Objective objective, int dimension, double[] totals, float[] intercepts, boolean fitIntercept) {
        super(state(rows, objective, dimension, totals, intercepts, fitIntercept));
        this.objective = objective;
        this.margins = new float[state.stride];
        this.before = new float[state.stride];
        this.weights = new float[state.stride];
        this.damping = new float[state.stride];
        this.recentLosses = new float[state.stride];
        this.recentGaps = new float[state.stride];
    }

    private static DualState state(
            Rows rows, Objective objective, int dimension, double[] totals, float[] intercepts, boolean fitIntercept) {
        Layout layout = objective.layout();
        int[] places = IntStream.rangeClosed(0, layout.problems()).toArray();
        int[] widths = new int[layout.classes()];
        Arrays.fill(widths, Matrices.padded(layout.problems()));
        return new DualState(rows, objective, dimension, totals, intercepts, fitIntercept, places, widths);
    }

    @Override
    void close(boolean[] stillOpen) {
        super.close(stillOpen);
        closed = IntStream.range(0, stillOpen.length).filter(p -> !stillOpen[p]).toArray();
    }

    @Override
    void sweep(int[] order, boolean learn) {
        for (int i = 0; i < order.length; i++) {
            step(order[i], learn);
            if (i % FLUSH == FLUSH - 1 || i == order.length - 1) {
                flush();
            }
        }
    }

    private void flush() {
        for (int c = 0; c < state.losses.length; c++) {
            state.losses[c] += recentLosses[c];
            state.gaps[c] += recentGaps[c];
        }
        Arrays.fill(recentLosses, 0f);
        Arrays.fill(recentGaps, 0f);
    }

    /** Whether the row has a weight in some column. */
    private boolean takeWeights(int row) {
        int label = state.rows.labels()[row];
        int fold = state.rows.folds()[row];
        float weight = state.rows.weights()[row];
        if (objective.oneWeighting()) {
            float same = (float) (weight * objective.problems().get(0).weight(label, fold));
            Arrays.fill(weights, same);
            return same != 0f;
        }
        for (int p = 0; p < state.losses.length; p++) {
            weights[p] = (float) (weight * objective.problems().get(p).weight(label, fold));
        }
        return true;
    }

    private void step(int row, boolean learn) {
        if (!takeWeights(row)) {
            return;
        }
        int stride = state.stride;
        float[] inverses = state.inverses;
        float[] duals = state.duals;
        float square = state.square(row);
        for (int c = 0; c < stride; c++) {
            damping[c] = inverses[c] * square;
        }
        int[] targets = state.layout.targets(state.rows.labels()[row]);
        int offset = state.dualStarts[row];
        System.arraycopy(state.coefficients, state.dimension * stride, margins, 0, stride);
        state.kernel.margins(state.rows, row, state.coefficients, stride, 0, stride, margins);
        for (int c : targets) {
            margins[c] = -margins[c];
        }
        if (objective.loss() instanceof Loss.SquaredHinge) {
            DualStep.squaredHinge(margins, duals, offset, weights, damping, recentLosses, recentGaps);
        } else {
            logisticStep(offset, learn);
        }
        if (learn) {
            for (int c : closed) {
                margins[c] = 0f;
            }
            for (int c = 0; c < stride; c++) {
                duals[offset + c] += margins[c];
            }
            for (int c : targets) {
                margins[c] = -margins[c];
            }
            state.update(row, margins, 0, stride);
        }
    }

    private void logisticStep(int offset, boolean learn) {
        System.arraycopy(margins, 0, before, 0, margins.length);
        state.kernel.logisticStep(margins, state.duals, offset, weights, damping, recentLosses, recentGaps);
        for (int c = 0; c < margins.length && learn; c++) {
            if (Math.abs(margins[c] * damping[c]) > DualStep.FAR) {
                margins[c] = DualStep.logistic(before[c], state.duals[offset + c], weights[c], damping[c]);
            }
        }
    }

    @Override
    void accumulate(int row, boolean[] isGiven) {
        int offset = state.dualStarts[row];
        for (int c = 0; c < margins.length; c++) {
            state.duals[offset + c] = isGiven[c] ? state.duals[offset + c] : 0f;
            margins[c] = state.duals[offset + c];
        }
        for (int c : state.layout.targets(state.rows.labels()[row])) {
            margins[c] = -margins[c];
        }
        state.update(row, margins, 0, margins.length);
    }
}
