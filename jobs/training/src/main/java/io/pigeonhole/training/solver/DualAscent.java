package io.pigeonhole.training.solver;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Dual coordinate ascent on some problems side by side, in one thread: a row's duals and, at once, the coefficients of its
 * features change before the next row is looked at, in an order drawn anew for each epoch. A problem ends when the bound on
 * its duality gap is small; what it ends at does not depend on which problems are beside it.
 *
 * <p>Intercepts are not penalised, which the dual has no form for. They are penalised, as coefficients are, around a centre
 * that follows them from epoch to epoch (the method of multipliers; Rockafellar, Augmented Lagrangians and applications of
 * the proximal point algorithm in convex programming, 1976).
 */
final class DualAscent {

    static final int MOST_EPOCHS = 100;

    /** A gap that has not halved within so many epochs is left to L-BFGS. */
    private static final int PATIENCE = 6;
    /** Epochs after which a gap above the objective is taken for hopeless. */
    private static final int TRIAL = 8;
    /** How much larger than asked for the gap at the end may be: the bound before it was taken while all moved. */
    private static final double LENIENCE = 2;

    /** Share of the objective that a gap may be for the coefficients to be a start for L-BFGS. */
    private static final double USABLE_GAP = 0.1;

    private static final int FLUSH = 64;
    private static final long SEED = 0x5DCA;

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

    private final double[] totals;
    private final float[] centres;
    private final float[] offsets;
    private final float[] duals;
    /** Where each row's duals begin. */
    private final int[] dualStarts;

    private final State[] states;
    private final double[] losses;
    private final double[] gaps;
    private final double[] objectives;
    private final double[][] gapHistory;
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

    /** How it stands with a problem. */
    enum State {
        OPEN,
        /** Its gap is within the tolerance. */
        CONVERGED,
        /** Its gap falls too slowly. */
        LEFT
    }

    /** Hears of each epoch. */
    @FunctionalInterface
    interface Listener {
        void passed(int epoch, double objective, int open);
    }

    /**
     * Where it ended.
     *
     * @param coefficients {@code dimension + 1} rows of the layout's columns
     * @param objectives by problem
     * @param states by problem; open where the epochs ran out
     * @param isUsable by problem, whether the coefficients are nearer to the optimum than none
     * @param epochs passes over the rows
     */
    @SuppressWarnings("ArrayRecordComponent") // large buffers, never compared
    record Outcome(float[] coefficients, double[] objectives, State[] states, boolean[] isUsable, int epochs) {}

    /**
     * @param totals sum of the weights that the mean of each problem is over
     * @param intercepts to start from, by column
     */
    DualAscent(
            Rows rows, Objective objective, int dimension, double[] totals, float[] intercepts, boolean fitIntercept) {
        this.rows = rows;
        this.objective = objective;
        this.layout = objective.layout();
        this.problemOfColumn = layout.problemOfColumn();
        this.dimension = dimension;
        this.totals = totals;
        this.fitIntercept = fitIntercept;
        this.places = places(layout);
        int problems = layout.problems();
        this.stride = Pass.padded(places[problems]);
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
        this.states = new State[problems];
        Arrays.fill(states, State.OPEN);
        this.losses = new double[problems];
        this.gaps = new double[problems];
        this.objectives = new double[problems];
        this.gapHistory = new double[MOST_EPOCHS + 1][];
        this.margins = new float[stride];
        this.before = new float[stride];
        double smoothing = objective.loss() instanceof Loss.CrossEntropy crossEntropy ? crossEntropy.smoothing() : 0;
        this.softmaxStep = new SoftmaxStep(smoothing, stride);
        this.weights = new float[stride];
        this.damping = new float[stride];
        this.recentLosses = new float[stride];
        this.recentGaps = new float[stride];
    }

    /** Columns of a softmax lie within as few whole vectors as they can. */
    static int[] places(Layout layout) {
        int[] places = new int[layout.problems() + 1];
        for (int p = 0; p < layout.problems(); p++) {
            int width = layout.end(p) - layout.start(p);
            int offset = places[p] % Pass.PADDING;
            if (!layout.isBinary() && Pass.padded(offset + width) > Pass.padded(width)) {
                places[p] += Pass.PADDING - offset;
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

    /**
     * Ascends until all problems have ended.
     *
     * @param start coefficients to start from, of the layout's columns
     * @param tol a problem has converged when its duality gap is at most this share of its objective
     * @param mostPasses most passes over the rows, the last one, which takes no steps, included
     */
    Outcome run(float @Nullable [] start, double tol, int mostPasses, Listener listener) {
        if (start != null) {
            startAt(start);
        }
        int last = Math.max(1, Math.min(mostPasses - 1, MOST_EPOCHS));
        int epoch = 0;
        while (epoch < last && isAnyOpen()) {
            epoch++;
            sweep(order(epoch), true);
            double[] deviations = deviations();
            double[] squares = squares();
            gapHistory[epoch] = new double[states.length];
            for (int p = 0; p < states.length; p++) {
                if (states[p] == State.OPEN) {
                    objectives[p] = objective(p, squares);
                    gapHistory[epoch][p] = gap(p, deviations);
                    states[p] = state(p, epoch, tol);
                }
            }
            close();
            centre();
            listener.passed(epoch, Arrays.stream(objectives).sum(), (int)
                    Arrays.stream(states).filter(state -> state == State.OPEN).count());
        }
        boolean[] isUsable = new boolean[states.length];
        double[] deviations = deviations();
        double[] squares = squares();
        sweep(order(0), false);
        for (int p = 0; p < states.length; p++) {
            objectives[p] = objective(p, squares);
            double gap = gap(p, deviations);
            isUsable[p] = gap <= USABLE_GAP * objectives[p];
            if (states[p] == State.CONVERGED && gap > LENIENCE * tol * objectives[p]) {
                states[p] = State.LEFT;
            }
        }
        return new Outcome(packed(), objectives, states, isUsable, epoch + 1);
    }

    private boolean isAnyOpen() {
        return Arrays.asList(states).contains(State.OPEN);
    }

    private State state(int problem, int epoch, double tol) {
        double gap = gapHistory[epoch][problem];
        if (gap <= tol * objectives[problem]) {
            return State.CONVERGED;
        }
        boolean slow = epoch > TRIAL + PATIENCE && gap > gapHistory[epoch - PATIENCE][problem] / 2;
        boolean hopeless = epoch >= TRIAL && !(gap <= objectives[problem]);
        return slow || hopeless ? State.LEFT : State.OPEN;
    }

    private double mean(double sum, int problem) {
        return totals[problem] > 0 ? sum / totals[problem] : 0;
    }

    private double objective(int problem, double[] squares) {
        return mean(losses[problem], problem)
                + objective.problems().get(problem).l2() / 2 * squares[problem];
    }

    private double gap(int problem, double[] deviations) {
        return mean(gaps[problem], problem) + objective.problems().get(problem).l2() / 2 * deviations[problem];
    }

    /** Squared distance of the intercepts from their centres, by problem. */
    private double[] deviations() {
        return byProblem(c -> {
            double deviation = coefficients[dimension * stride + c] - centres[c];
            return deviation * deviation;
        });
    }

    private double[] byProblem(IntToDoubleFunction byPlace) {
        double[] sums = new double[states.length];
        for (int p = 0; p < sums.length; p++) {
            for (int c = places[p]; c < places[p] + layout.end(p) - layout.start(p); c++) {
                sums[p] += byPlace.applyAsDouble(c);
            }
        }
        return sums;
    }

    /** Squared length of the coefficients, intercepts left out, by problem. */
    private double[] squares() {
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
    private void centre() {
        for (int p = 0; p < states.length && fitIntercept; p++) {
            for (int c = places[p]; c < places[p] + layout.end(p) - layout.start(p) && states[p] == State.OPEN; c++) {
                float deviation = coefficients[dimension * stride + c] - centres[c];
                centres[c] += deviation;
                coefficients[dimension * stride + c] = centres[c] + deviation;
            }
        }
    }

    private void close() {
        int[] columns = new int[stride];
        int next = 0;
        for (int p = 0; p < states.length; p++) {
            for (int c = places[p]; c < places[p] + layout.end(p) - layout.start(p) && states[p] != State.OPEN; c++) {
                columns[next++] = c;
            }
        }
        closed = Arrays.copyOf(columns, next);
    }

    /** Rows in the order of an epoch: as they are for epoch 0, else shuffled. */
    private int[] order(int epoch) {
        int[] order = new int[rows.size()];
        Arrays.setAll(order, i -> i);
        SplittableRandom random = new SplittableRandom(SEED + epoch);
        for (int i = order.length - 1; i > 0 && epoch > 0; i--) {
            int j = random.nextInt(i + 1);
            int other = order[i];
            order[i] = order[j];
            order[j] = other;
        }
        return order;
    }

    /** Goes through the rows, sums up losses and bounds of gaps, and where it is to learn takes the steps. */
    private void sweep(int[] order, boolean learn) {
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
        for (int p = 0; p < states.length; p++) {
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
            if (weight != 0f && (!learn || states[p] == State.OPEN)) {
                int begin = places[p];
                int from = begin / Pass.PADDING * Pass.PADDING;
                int to = Pass.padded(begin + width);
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
    private void startAt(float[] start) {
        boolean[] isGiven = new boolean[stride];
        for (int p = 0; p < states.length; p++) {
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
        sweep(order(0), true);
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
            int from = places[p] / Pass.PADDING * Pass.PADDING;
            int to = Pass.padded(places[p] + width);
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
    private float[] packed() {
        int columns = layout.columns();
        float[] packed = new float[(dimension + 1) * columns];
        for (int row = 0; row <= dimension; row++) {
            for (int p = 0; p < states.length; p++) {
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
