package io.pigeonhole.training.solver.dual;

import io.pigeonhole.training.solver.kernels.Kernel;
import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.Loss;
import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.rows.Rows;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * The coefficients and duals of some problems, and a walk over the rows that changes them: a row's duals and, at once, the
 * coefficients of its features change before the next row is looked at.
 *
 * <p>Intercepts are not penalised, which the dual has no form for. They are penalised, as coefficients are, around a centre
 * that follows them from epoch to epoch (the method of multipliers; Rockafellar, Augmented Lagrangians and applications of
 * the proximal point algorithm in convex programming, 1976).
 */
final class DualSweep {

    private static final int FLUSH = 64;

    private final Rows rows;
    private final Objective objective;
    private final Layout layout;
    private final int[] problemOfColumn;
    private final int dimension;
    private final boolean fitIntercept;
    private final Kernel kernel = Kernel.best();

    private final int stride;
    /** First column of each problem in the matrices here. */
    private final int[] places;

    private final float[] coefficients;
    /** What a unit of a row's dual adds to the coefficients of a feature of value 1, by column. */
    private final float[] inverses;

    private final float[] centres;
    private final float[] offsets;
    private final float[] duals;
    /** Where each row's duals begin. */
    private final int[] dualStarts;

    private final double[] losses;
    private final double[] gaps;
    private boolean[] open;
    /** Columns of problems that have ended. */
    private int[] closed = new int[0];

    private final float[] margins;
    /** Margins before a step. */
    private final float[] before;

    private final SoftmaxStep softmaxStep;
    private final float[] weights;
    private final float[] damping;
    private final float[] recentLosses;
    private final float[] recentGaps;

    /** As those of {@link DualAscent}. */
    DualSweep(
            Rows rows, Objective objective, int dimension, double[] totals, float[] intercepts, boolean fitIntercept) {
        this.rows = rows;
        this.objective = objective;
        this.layout = objective.layout();
        this.problemOfColumn = layout.problemOfColumn();
        this.dimension = dimension;
        this.fitIntercept = fitIntercept;
        this.places = places(layout);
        int problems = layout.problems();
        this.stride = Matrices.padded(places[problems]);
        this.coefficients = new float[(dimension + 1) * stride];
        this.inverses = new float[stride];
        this.centres = new float[stride];
        this.offsets = new float[stride];
        for (int p = 0; p < problems; p++) {
            for (int c = layout.start(p); c < layout.end(p); c++) {
                int place = place(p, c);
                double scale = objective.problems().get(p).l2() * totals[p];
                inverses[place] = scale > 0 ? (float) (1 / scale) : 0f;
                centres[place] = fitIntercept ? intercepts[c] : 0f;
                offsets[place] = objective.offsets()[c];
            }
        }
        System.arraycopy(centres, 0, coefficients, dimension * stride, stride);
        this.dualStarts = dualStarts();
        this.duals = new float[dualStarts[rows.size()]];
        this.losses = new double[problems];
        this.gaps = new double[problems];
        this.open = new boolean[problems];
        Arrays.fill(open, true);
        this.margins = new float[stride];
        this.before = new float[stride];
        double smoothing = objective.loss() instanceof Loss.CrossEntropy crossEntropy ? crossEntropy.smoothing() : 0;
        this.softmaxStep = new SoftmaxStep(smoothing, stride);
        this.weights = new float[stride];
        this.damping = new float[stride];
        this.recentLosses = new float[stride];
        this.recentGaps = new float[stride];
    }

    /** Losses of the last walk, summed over the rows, by problem. */
    double[] losses() {
        return losses;
    }

    /** Bounds of the duality gaps in the last walk, summed over the rows, by problem. */
    double[] gaps() {
        return gaps;
    }

    /** Columns of a softmax lie within as few whole vectors as they can. */
    static int[] places(Layout layout) {
        int[] places = new int[layout.problems() + 1];
        for (int p = 0; p < layout.problems(); p++) {
            int width = layout.end(p) - layout.start(p);
            int offset = places[p] % Matrices.PADDING;
            if (!layout.isBinary() && Matrices.padded(offset + width) > Matrices.padded(width)) {
                places[p] += Matrices.PADDING - offset;
            }
            places[p + 1] = places[p] + width;
        }
        return places;
    }

    private int place(int problem, int column) {
        return places[problem] + column - layout.start(problem);
    }

    private int[] dualStarts() {
        int[] starts = new int[rows.size() + 1];
        int[] widths = new int[layout.classes()];
        for (int label = 0; label < widths.length; label++) {
            widths[label] = layout.isBinary()
                    ? stride
                    : Arrays.stream(layout.targets(label))
                            .map(target -> problemOfColumn[target])
                            .map(p -> layout.end(p) - layout.start(p))
                            .sum();
        }
        for (int row = 0; row < rows.size(); row++) {
            starts[row + 1] = Math.addExact(starts[row], widths[rows.labels()[row]]);
        }
        return starts;
    }

    /** Squared distance of the intercepts from their centres, by problem. */
    double[] deviations() {
        return byProblem(c -> {
            double deviation = coefficients[dimension * stride + c] - centres[c];
            return deviation * deviation;
        });
    }

    private double[] byProblem(IntToDoubleFunction byPlace) {
        double[] sums = new double[open.length];
        for (int p = 0; p < sums.length; p++) {
            for (int c = places[p]; c < places[p] + layout.end(p) - layout.start(p); c++) {
                sums[p] += byPlace.applyAsDouble(c);
            }
        }
        return sums;
    }

    /** Squared length of the coefficients, intercepts left out, by problem. */
    double[] squares() {
        double[] byColumn = new double[stride];
        float[] recent = new float[stride];
        for (int row = 0; row < dimension; row++) {
            kernel.multiplyAdd(recent, coefficients, coefficients, row * stride);
            if (row % FLUSH == FLUSH - 1 || row == dimension - 1) {
                for (int c = 0; c < stride; c++) {
                    byColumn[c] += recent[c];
                }
                Arrays.fill(recent, 0f);
            }
        }
        return byProblem(c -> byColumn[c]);
    }

    /** Moves the centres of the open problems to their intercepts, whose duals then push them as far again. */
    void centre() {
        for (int p = 0; p < open.length && fitIntercept; p++) {
            for (int c = places[p]; c < places[p] + layout.end(p) - layout.start(p) && open[p]; c++) {
                float deviation = coefficients[dimension * stride + c] - centres[c];
                centres[c] += deviation;
                coefficients[dimension * stride + c] = centres[c] + deviation;
            }
        }
    }

    /** Takes no more steps for problems that are not open. */
    void close(boolean[] stillOpen) {
        open = stillOpen;
        int[] columns = new int[stride];
        int next = 0;
        for (int p = 0; p < open.length; p++) {
            for (int c = places[p]; c < places[p] + layout.end(p) - layout.start(p) && !open[p]; c++) {
                columns[next++] = c;
            }
        }
        closed = Arrays.copyOf(columns, next);
    }

    /** Goes through the rows, sums up losses and bounds of gaps, and where it is to learn takes the steps. */
    void run(int[] order, boolean learn) {
        Arrays.fill(losses, 0);
        Arrays.fill(gaps, 0);
        for (int i = 0; i < order.length; i++) {
            if (layout.isBinary()) {
                againstTheRest(order[i], learn);
                if (i % FLUSH == FLUSH - 1 || i == order.length - 1) {
                    flush();
                }
            } else {
                softmax(order[i], learn);
            }
        }
    }

    private void flush() {
        for (int c = 0; c < losses.length; c++) {
            losses[c] += recentLosses[c];
            gaps[c] += recentGaps[c];
        }
        Arrays.fill(recentLosses, 0f);
        Arrays.fill(recentGaps, 0f);
    }

    private boolean takeWeights(int row) {
        int label = rows.labels()[row];
        int fold = rows.folds()[row];
        float weight = rows.weights()[row];
        if (objective.oneWeighting()) {
            float same = (float) (weight * objective.problems().get(0).weight(label, fold));
            Arrays.fill(weights, same);
            return same != 0f;
        }
        for (int p = 0; p < open.length; p++) {
            weights[p] = (float) (weight * objective.problems().get(p).weight(label, fold));
        }
        return true;
    }

    private void againstTheRest(int row, boolean learn) {
        if (!takeWeights(row)) {
            return;
        }
        float square = rows.squares()[row] + (fitIntercept ? 1f : 0f);
        for (int c = 0; c < stride; c++) {
            damping[c] = inverses[c] * square;
        }
        int[] targets = layout.targets(rows.labels()[row]);
        int offset = dualStarts[row];
        System.arraycopy(coefficients, dimension * stride, margins, 0, stride);
        kernel.margins(rows, row, coefficients, stride, 0, stride, margins);
        for (int c : targets) {
            margins[c] = -margins[c];
        }
        if (objective.loss() instanceof Loss.SquaredHinge) {
            DualStep.squaredHinge(margins, duals, offset, weights, damping, recentLosses, recentGaps);
        } else {
            System.arraycopy(margins, 0, before, 0, stride);
            kernel.logisticStep(margins, duals, offset, weights, damping, recentLosses, recentGaps);
            for (int c = 0; c < stride && learn; c++) {
                if (Math.abs(margins[c] * damping[c]) > DualStep.FAR) {
                    margins[c] = DualStep.logistic(before[c], duals[offset + c], weights[c], damping[c]);
                }
            }
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
            update(row, 0, stride);
        }
    }

    /** Adds the row, times what is in {@code margins}, to the columns {@code [from, to)}, whole vectors. */
    private void update(int row, int from, int to) {
        for (int c = from; c < to; c++) {
            margins[c] *= inverses[c];
        }
        kernel.update(rows, row, margins, stride, from, to, coefficients);
        if (fitIntercept) {
            for (int c = from; c < to; c++) {
                coefficients[dimension * stride + c] += margins[c];
            }
        }
    }

    private void softmax(int row, boolean learn) {
        int label = rows.labels()[row];
        int offset = dualStarts[row];
        float square = rows.squares()[row] + (fitIntercept ? 1f : 0f);
        for (int column : layout.targets(label)) {
            int p = problemOfColumn[column];
            int width = layout.end(p) - layout.start(p);
            float weight =
                    (float) (rows.weights()[row] * objective.problems().get(p).weight(label, rows.folds()[row]));
            if (weight != 0f && (!learn || open[p])) {
                int begin = places[p];
                int from = begin / Matrices.PADDING * Matrices.PADDING;
                int to = Matrices.padded(begin + width);
                for (int c = from; c < to; c++) {
                    margins[c] = coefficients[dimension * stride + c] + offsets[c];
                }
                kernel.margins(rows, row, coefficients, stride, from, to, margins);
                softmaxStep.take(
                        margins,
                        begin,
                        begin + width,
                        place(p, column),
                        weight,
                        inverses[begin] * square,
                        duals,
                        offset);
                losses[p] += softmaxStep.loss();
                gaps[p] += softmaxStep.gap();
                if (learn) {
                    for (int c = 0; c < width; c++) {
                        duals[offset + c] += margins[begin + c];
                    }
                    Arrays.fill(margins, from, begin, 0f);
                    Arrays.fill(margins, begin + width, to, 0f);
                    update(row, from, to);
                }
            }
            offset += width;
        }
    }

    /**
     * Takes over coefficients: the duals become those of their margins, where there are coefficients, and the coefficients
     * those of the duals, which are near to what was given if that was near to the optimum.
     */
    void startAt(int[] order, float[] start) {
        boolean[] isGiven = new boolean[stride];
        for (int p = 0; p < open.length; p++) {
            boolean some = false;
            for (int c = layout.start(p); c < layout.end(p); c++) {
                int place = place(p, c);
                for (int row = 0; row <= dimension; row++) {
                    float value = start[row * layout.columns() + c];
                    coefficients[row * stride + place] = value;
                    some |= row < dimension && value != 0f;
                }
                centres[place] = coefficients[dimension * stride + place];
            }
            Arrays.fill(isGiven, places[p], places[p] + layout.end(p) - layout.start(p), some);
        }
        // a step that is not damped goes all the way to the duals of the margins
        float[] steps = inverses.clone();
        Arrays.fill(inverses, 0f);
        run(order, true);
        System.arraycopy(steps, 0, inverses, 0, stride);
        Arrays.fill(coefficients, 0, dimension * stride, 0f);
        for (int row = 0; row < rows.size(); row++) {
            accumulate(row, isGiven);
        }
    }

    private void accumulate(int row, boolean[] isGiven) {
        int offset = dualStarts[row];
        int label = rows.labels()[row];
        if (layout.isBinary()) {
            for (int c = 0; c < stride; c++) {
                duals[offset + c] = isGiven[c] ? duals[offset + c] : 0f;
                margins[c] = duals[offset + c];
            }
            for (int c : layout.targets(label)) {
                margins[c] = -margins[c];
            }
            update(row, 0, stride);
            return;
        }
        for (int column : layout.targets(label)) {
            int p = problemOfColumn[column];
            int width = layout.end(p) - layout.start(p);
            int from = places[p] / Matrices.PADDING * Matrices.PADDING;
            int to = Matrices.padded(places[p] + width);
            Arrays.fill(margins, from, to, 0f);
            for (int c = 0; c < width; c++) {
                duals[offset + c] = isGiven[places[p]] ? duals[offset + c] : 0f;
                margins[places[p] + c] = duals[offset + c];
            }
            update(row, from, to);
            offset += width;
        }
    }

    /** The coefficients in the layout's own columns. */
    float[] packed() {
        int columns = layout.columns();
        float[] packed = new float[(dimension + 1) * columns];
        for (int row = 0; row <= dimension; row++) {
            for (int p = 0; p < open.length; p++) {
                System.arraycopy(
                        coefficients,
                        row * stride + places[p],
                        packed,
                        row * columns + layout.start(p),
                        layout.end(p) - layout.start(p));
            }
        }
        return packed;
    }
}
