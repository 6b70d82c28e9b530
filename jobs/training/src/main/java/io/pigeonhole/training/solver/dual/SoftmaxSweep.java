package io.pigeonhole.training.solver.dual;

import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.Loss;
import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.rows.Rows;
import java.util.Arrays;

/** The sweep for softmax problems: a row takes a step in each problem in which its class has a column. */
final class SoftmaxSweep extends DualSweep {

    private final Objective objective;
    private final int[] problemOfColumn;
    private final float[] offsets;
    private final float[] margins;
    private final SoftmaxStep step;

    SoftmaxSweep(
            Rows rows, Objective objective, int dimension, double[] totals, float[] intercepts, boolean fitIntercept) {
        super(new DualState(
                rows,
                objective,
                dimension,
                totals,
                intercepts,
                fitIntercept,
                places(objective.layout()),
                widths(objective.layout())));
        this.objective = objective;
        this.problemOfColumn = state.layout.problemOfColumn();
        this.offsets = new float[state.stride];
        for (int p = 0; p < state.losses.length; p++) {
            for (int c = state.layout.start(p); c < state.layout.end(p); c++) {
                offsets[state.place(p, c)] = objective.offsets()[c];
            }
        }
        this.margins = new float[state.stride];
        double smoothing = objective.loss() instanceof Loss.CrossEntropy crossEntropy ? crossEntropy.smoothing() : 0;
        this.step = new SoftmaxStep(smoothing, state.stride);
    }

    /** The columns of a problem lie within as few whole vectors as they can. */
    private static int[] places(Layout layout) {
        int[] places = new int[layout.problems() + 1];
        for (int p = 0; p < layout.problems(); p++) {
            int width = layout.end(p) - layout.start(p);
            int offset = places[p] % Matrices.PADDING;
            if (Matrices.padded(offset + width) > Matrices.padded(width)) {
                places[p] += Matrices.PADDING - offset;
            }
            places[p + 1] = places[p] + width;
        }
        return places;
    }

    /** A row has duals for the columns of the problems on the path of its class. */
    private static int[] widths(Layout layout) {
        int[] problemOfColumn = layout.problemOfColumn();
        int[] widths = new int[layout.classes()];
        Arrays.setAll(
                widths,
                label -> Arrays.stream(layout.targets(label))
                        .map(target -> problemOfColumn[target])
                        .map(p -> layout.end(p) - layout.start(p))
                        .sum());
        return widths;
    }

    @Override
    void sweep(int[] order, boolean learn) {
        for (int row : order) {
            int label = state.rows.labels()[row];
            int offset = state.dualStarts[row];
            float square = state.square(row);
            for (int column : state.layout.targets(label)) {
                int p = problemOfColumn[column];
                float weight = (float) (state.rows.weights()[row]
                        * objective.problems().get(p).weight(label, state.rows.folds()[row]));
                if (weight != 0f && (!learn || state.isOpen(p))) {
                    step(row, p, state.place(p, column), weight, square, offset, learn);
                }
                offset += state.width(p);
            }
        }
    }

    private void step(int row, int problem, int target, float weight, float square, int offset, boolean learn) {
        int stride = state.stride;
        int width = state.width(problem);
        int begin = state.places[problem];
        int from = begin / Matrices.PADDING * Matrices.PADDING;
        int to = Matrices.padded(begin + width);
        float[] coefficients = state.coefficients;
        int intercepts = state.dimension * stride;
        for (int c = from; c < to; c++) {
            margins[c] = coefficients[intercepts + c] + offsets[c];
        }
        state.kernel.margins(state.rows, row, coefficients, stride, from, to, margins);
        step.take(margins, begin, begin + width, target, weight, state.inverses[begin] * square, state.duals, offset);
        state.losses[problem] += step.loss();
        state.gaps[problem] += step.gap();
        if (learn) {
            float[] duals = state.duals;
            for (int c = 0; c < width; c++) {
                duals[offset + c] += margins[begin + c];
            }
            Arrays.fill(margins, from, begin, 0f);
            Arrays.fill(margins, begin + width, to, 0f);
            state.update(row, margins, from, to);
        }
    }

    @Override
    void accumulate(int row, boolean[] isGiven) {
        int offset = state.dualStarts[row];
        for (int column : state.layout.targets(state.rows.labels()[row])) {
            int p = problemOfColumn[column];
            int width = state.width(p);
            int begin = state.places[p];
            int from = begin / Matrices.PADDING * Matrices.PADDING;
            int to = Matrices.padded(begin + width);
            Arrays.fill(margins, from, to, 0f);
            for (int c = 0; c < width; c++) {
                state.duals[offset + c] = isGiven[begin] ? state.duals[offset + c] : 0f;
                margins[begin + c] = state.duals[offset + c];
            }
            state.update(row, margins, from, to);
            offset += width;
        }
    }
}
