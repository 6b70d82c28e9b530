package io.pigeonhole.training.solver;

import java.util.Arrays;

/**
 * L-BFGS on many problems at once: all vectors are columns of matrices, every scalar is an array over problems. The
 * caller evaluates {@link #trial} and hands the sums to {@link #step}; a problem whose step was too long tries a shorter
 * one in the next pass while the others go on.
 */
final class BatchedLbfgs {

    /** Sufficient decrease (Armijo). */
    private static final double SUFFICIENT = 1e-4;
    /** What single-precision sums cannot tell from no change, relative to the objective. */
    private static final double NOISE = 2e-7;

    private static final int MOST_SHRINKS = 25;

    private final Layout layout;
    private final int stride;
    private final double tol;
    private final int[] problemOfColumn;
    private final History history;

    private final float[] point;
    private final float[] gradient;
    private final float[] direction;
    private final float[] trial;
    /** Where the objective falls, less the sign: the gradient, or with L1 the pseudo-gradient. */
    private final float[] steepest;

    private final Penalties penalties;
    private final boolean hasL1;
    private final float[] l2;
    private final float[] l1;

    /** Penalties at the trial point, by problem. */
    private double[] trialPenalty;
    /** Change that the steepest slope promises at the trial point, by problem. */
    private double[] promised;

    private final double[] objective;
    private final double[] slope;
    private final double[] stepSize;
    private final int[] shrinks;
    private final int[] quiet;
    private final boolean[] open;
    private boolean started;

    BatchedLbfgs(Layout layout, float[] start, Penalties penalties, double[] firstSteps, double tol) {
        this(
                layout,
                start,
                new float[start.length],
                new float[start.length],
                new History(layout.problems()),
                penalties,
                tol);
        System.arraycopy(firstSteps, 0, stepSize, 0, firstSteps.length);
        Arrays.fill(objective, Double.POSITIVE_INFINITY);
        Arrays.fill(open, true);
        moveTrial();
    }

    private BatchedLbfgs(
            Layout layout,
            float[] point,
            float[] gradient,
            float[] direction,
            History history,
            Penalties penalties,
            double tol) {
        this.layout = layout;
        this.stride = Pass.padded(layout.columns());
        this.tol = tol;
        this.problemOfColumn = layout.problemOfColumn();
        this.history = history;
        this.penalties = penalties;
        this.point = point;
        this.gradient = gradient;
        this.direction = direction;
        this.trial = new float[point.length];
        this.hasL1 = penalties.hasL1();
        this.steepest = hasL1 ? new float[point.length] : gradient;
        this.l2 = byColumn(penalties.l2());
        this.l1 = byColumn(penalties.l1());
        int problems = layout.problems();
        this.trialPenalty = new double[problems];
        this.promised = new double[problems];
        this.objective = new double[problems];
        this.slope = new double[problems];
        this.stepSize = new double[problems];
        this.shrinks = new int[problems];
        this.quiet = new int[problems];
        this.open = new boolean[problems];
    }

    Layout layout() {
        return layout;
    }

    int stride() {
        return stride;
    }

    /** Where the next pass evaluates. */
    float[] trial() {
        return trial;
    }

    float[] coefficients() {
        return point;
    }

    double objective(int problem) {
        return objective[problem];
    }

    double totalObjective() {
        return Arrays.stream(objective).sum();
    }

    int openColumns() {
        int columns = 0;
        for (int p = 0; p < open.length; p++) {
            columns += open[p] ? layout.end(p) - layout.start(p) : 0;
        }
        return columns;
    }

    /**
     * Takes the mean loss and gradient at the trial point, penalty not included, and moves the trial point on.
     *
     * @return which problems are still open
     */
    boolean[] step(Pass.Sums sums) {
        boolean[] accepted = new boolean[open.length];
        double[] decrease = new double[open.length];
        for (int p = 0; p < open.length; p++) {
            double value = sums.loss()[p] + trialPenalty[p];
            accepted[p] = open[p] && (!started || isSufficient(p, value));
            if (accepted[p]) {
                decrease[p] = objective[p] - value;
                objective[p] = value;
                shrinks[p] = 0;
            } else if (open[p]) {
                shrink(p, value);
            }
        }
        advance(accepted, sums.gradient());
        History.Combination[] directions = new History.Combination[open.length];
        for (int p = 0; p < open.length; p++) {
            if (accepted[p]) {
                directions[p] = history.direction(p);
                slope[p] = directions[p].slope();
                stepSize[p] = started ? 1 : stepSize[p];
            }
        }
        direct(accepted, directions);
        if (hasL1) {
            keepToDescent(accepted);
        }
        for (int p = 0; p < open.length; p++) {
            if (accepted[p]) {
                close(p, decrease[p]);
            }
        }
        started = true;
        moveTrial();
        return open.clone();
    }

    private boolean isSufficient(int p, double value) {
        return value <= objective[p] + SUFFICIENT * promised[p] + NOISE * Math.abs(objective[p]);
    }

    /** A shorter step by the quadratic through objective, slope and the value that was too high. */
    private void shrink(int p, double value) {
        double step = stepSize[p];
        double curvature = 2 * (value - objective[p] - promised[p]);
        double best = Double.isFinite(value) && curvature > 0 ? -promised[p] * step / curvature : 0;
        stepSize[p] = Math.min(Math.max(best, 0.1 * step), 0.5 * step);
        shrinks[p]++;
        if (shrinks[p] > MOST_SHRINKS) {
            open[p] = false;
        }
    }

    /** Closes the problem when, twice in a row, neither the model nor the last step promises a gain worth a pass. */
    private void close(int p, double decrease) {
        double worth = tol * Math.max(Math.abs(objective[p]), Double.MIN_NORMAL);
        quiet[p] = started && -slope[p] / 2 <= worth && decrease <= worth ? quiet[p] + 1 : 0;
        if (quiet[p] >= 2 || slope[p] >= 0) {
            open[p] = false;
        }
    }

    /**
     * Moves the accepted problems to the trial point and its penalised gradient, remembers what changed, and takes all
     * inner products that the next direction needs: one sweep.
     */
    private void advance(boolean[] accepted, float[] sums) {
        int newest = started ? history.push(point.length) : -1;
        int[] slots = history.slots();
        float[] moved = mask(accepted);
        int rows = point.length / stride;
        float[] newStep = newest < 0 ? new float[0] : history.steps(newest);
        float[] newChange = newest < 0 ? new float[0] : history.changes(newest);
        // by slot: new step with change, step with new change, change with new change, step and change with gradient
        double[][] products = Matrices.columnSums(rows, stride, 1 + 5 * slots.length, (offset, total) -> {
            int row = offset / stride;
            float square = penalties.squares()[row];
            float magnitude = penalties.magnitudes()[row];
            float[] squares = total[0];
            for (int c = 0; c < stride; c++) {
                int i = offset + c;
                float now = sums[i] + square * l2[c] * trial[i];
                float step = moved[c] * (trial[i] - point[i]);
                float change = moved[c] * (now - gradient[i]);
                point[i] += step;
                gradient[i] = moved[c] != 0f ? now : gradient[i];
                if (hasL1) {
                    steepest[i] = pseudoGradient(point[i], gradient[i], magnitude * l1[c]);
                }
                squares[c] += steepest[i] * steepest[i];
                if (newest >= 0) {
                    newStep[i] = step;
                    newChange[i] = change;
                }
            }
            for (int k = 0; k < slots.length; k++) {
                addProducts(
                        total,
                        1 + 5 * k,
                        offset,
                        newStep,
                        newChange,
                        history.steps(slots[k]),
                        history.changes(slots[k]));
            }
        });
        history.gradientGradient(byProblem(products[0]));
        for (int k = 0; k < slots.length; k++) {
            int first = 1 + 5 * k;
            history.products(
                    slots[k],
                    byProblem(products[first]),
                    byProblem(products[first + 1]),
                    byProblem(products[first + 2]));
            history.gradientProducts(slots[k], byProblem(products[first + 3]), byProblem(products[first + 4]));
        }
    }

    private void addProducts(
            float[][] total, int first, int offset, float[] newStep, float[] newChange, float[] step, float[] change) {
        Kernel kernel = Kernel.best();
        kernel.multiplyAdd(total[first], newStep, change, offset);
        kernel.multiplyAdd(total[first + 1], step, newChange, offset);
        kernel.multiplyAdd(total[first + 2], change, newChange, offset);
        kernel.multiplyAdd(total[first + 3], step, steepest, offset);
        kernel.multiplyAdd(total[first + 4], change, steepest, offset);
    }

    /** Writes the directions of the accepted problems; the others keep theirs. */
    private void direct(boolean[] accepted, History.Combination[] directions) {
        int[] slots = history.slots();
        float[] keep = new float[stride];
        float[] ofGradient = new float[stride];
        float[][] ofSteps = new float[slots.length][stride];
        float[][] ofChanges = new float[slots.length][stride];
        Kernel kernel = Kernel.best();
        for (int c = 0; c < problemOfColumn.length; c++) {
            int p = problemOfColumn[c];
            keep[c] = accepted[p] ? 0f : 1f;
            if (accepted[p]) {
                ofGradient[c] = (float) directions[p].gradient();
                for (int k = 0; k < slots.length; k++) {
                    ofSteps[k][c] = (float) directions[p].steps()[k];
                    ofChanges[k][c] = (float) directions[p].changes()[k];
                }
            }
        }
        Matrices.chunks(point.length / stride, (chunk, from, to) -> {
            for (int offset = from * stride; offset < to * stride; offset += stride) {
                for (int c = 0; c < stride; c++) {
                    direction[offset + c] = keep[c] * direction[offset + c] + ofGradient[c] * steepest[offset + c];
                }
                for (int k = 0; k < slots.length; k++) {
                    kernel.addCombination(
                            direction,
                            ofSteps[k],
                            history.steps(slots[k]),
                            ofChanges[k],
                            history.changes(slots[k]),
                            offset);
                }
            }
        });
    }

    /**
     * The subgradient of least magnitude of a function plus {@code l1 |x|} (Andrew and Gao, Scalable training of
     * L1-regularized log-linear models, 2007, equation 4).
     */
    private static float pseudoGradient(float x, float gradient, float l1) {
        if (x != 0f) {
            return gradient + Math.copySign(l1, x);
        }
        return gradient - Math.min(Math.max(gradient, -l1), l1);
    }

    /** With L1 the direction must not go up in any coordinate (the same, section 3.2); takes the slopes anew. */
    private void keepToDescent(boolean[] accepted) {
        double[][] slopes = Matrices.columnSums(point.length / stride, stride, 1, (offset, total) -> {
            float magnitude = penalties.magnitudes()[offset / stride];
            float[] sums = total[0];
            for (int c = 0; c < stride; c++) {
                int i = offset + c;
                if (magnitude * l1[c] > 0f && direction[i] * steepest[i] >= 0f) {
                    direction[i] = 0f;
                }
                sums[c] += direction[i] * steepest[i];
            }
        });
        double[] taken = byProblem(slopes[0]);
        for (int p = 0; p < open.length; p++) {
            slope[p] = accepted[p] ? taken[p] : slope[p];
        }
    }

    /** Puts the trial point a step along the direction, and takes its penalty and what is promised there. */
    private void moveTrial() {
        double[] steps = new double[open.length];
        Arrays.setAll(steps, p -> open[p] && started ? stepSize[p] : 0);
        float[] step = byColumn(steps);
        double[][] sums = Matrices.columnSums(point.length / stride, stride, hasL1 ? 3 : 1, (offset, total) -> {
            float square = penalties.squares()[offset / stride];
            for (int c = 0; c < stride; c++) {
                trial[offset + c] = point[offset + c] + step[c] * direction[offset + c];
            }
            if (hasL1) {
                keepToOrthant(offset, total);
            }
            float[] squares = total[0];
            for (int c = 0; c < stride; c++) {
                float x = trial[offset + c];
                squares[c] += square * x * x;
            }
        });
        double[] squares = byProblem(sums[0]);
        double[] magnitudes = hasL1 ? byProblem(sums[1]) : new double[open.length];
        double[] promises = hasL1 ? byProblem(sums[2]) : new double[open.length];
        for (int p = 0; p < open.length; p++) {
            trialPenalty[p] = penalties.l2()[p] / 2 * squares[p] + penalties.l1()[p] * magnitudes[p];
            promised[p] = penalties.l1()[p] > 0 ? promises[p] : steps[p] * slope[p];
        }
    }

    /** With L1 a coefficient that would change its sign becomes zero (the same, equation 6). */
    private void keepToOrthant(int offset, float[][] total) {
        float magnitude = penalties.magnitudes()[offset / stride];
        for (int c = 0; c < stride; c++) {
            int i = offset + c;
            float side = point[i] != 0f ? point[i] : -steepest[i];
            if (magnitude * l1[c] > 0f && trial[i] * side <= 0f) {
                trial[i] = 0f;
            }
            total[1][c] += magnitude * Math.abs(trial[i]);
            total[2][c] += steepest[i] * (trial[i] - point[i]);
        }
    }

    private double[] byProblem(double[] byColumn) {
        double[] sums = new double[layout.problems()];
        for (int c = 0; c < problemOfColumn.length; c++) {
            sums[problemOfColumn[c]] += byColumn[c];
        }
        return sums;
    }

    private float[] byColumn(double[] byProblem) {
        float[] values = new float[stride];
        for (int c = 0; c < problemOfColumn.length; c++) {
            values[c] = (float) byProblem[problemOfColumn[c]];
        }
        return values;
    }

    private float[] mask(boolean[] problems) {
        float[] mask = new float[stride];
        for (int c = 0; c < problemOfColumn.length; c++) {
            mask[c] = problems[problemOfColumn[c]] ? 1f : 0f;
        }
        return mask;
    }

    /** The same state for the open problems alone, their columns moved together; this one is of no use any more. */
    BatchedLbfgs select(boolean[] staying) {
        Layout smaller = layout.select(staying);
        int[] columns = new int[smaller.columns()];
        int next = 0;
        for (int c = 0; c < problemOfColumn.length; c++) {
            if (staying[problemOfColumn[c]]) {
                columns[next++] = c;
            }
        }
        BatchedLbfgs selected = new BatchedLbfgs(
                smaller,
                columns(point, columns),
                columns(gradient, columns),
                columns(direction, columns),
                history.select(staying, stride, columns),
                penalties.select(staying),
                tol);
        int kept = 0;
        for (int p = 0; p < staying.length; p++) {
            if (staying[p]) {
                selected.objective[kept] = objective[p];
                selected.slope[kept] = slope[p];
                selected.stepSize[kept] = stepSize[p];
                selected.shrinks[kept] = shrinks[p];
                selected.quiet[kept] = quiet[p];
                selected.open[kept] = open[p];
                kept++;
            }
        }
        selected.started = started;
        if (hasL1 && selected.hasL1) {
            System.arraycopy(columns(steepest, columns), 0, selected.steepest, 0, selected.steepest.length);
        }
        selected.moveTrial();
        return selected;
    }

    private float[] columns(float[] matrix, int[] columns) {
        return Matrices.selectColumns(matrix, stride, columns, Pass.padded(columns.length));
    }
}
