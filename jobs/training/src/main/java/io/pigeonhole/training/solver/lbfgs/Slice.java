package io.pigeonhole.training.solver.lbfgs;

import io.pigeonhole.training.solver.kernels.Kernel;
import io.pigeonhole.training.solver.matrices.Matrices;
import java.io.Serializable;
import java.util.Arrays;

/**
 * A range of rows of all the vectors that L-BFGS works on: where it is, the gradient, the direction, and the steps and
 * changes that it remembers. Sums over rows are taken within the slice in their order, by problem.
 */
final class Slice implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Rows after which a sum in single precision is added to one in double precision. */
    private static final int FLUSH = 32;

    private final int from;
    /** What each row's coefficients are multiplied by where penalties are concerned; 0 where there is no penalty. */
    private final float[] penalised;

    private float[] point;
    private float[] gradient;
    /** Where the objective rises: the gradient, or with L1 the pseudo-gradient. */
    private float[] steepest;

    private float[] direction;
    /** By slot of the memory; empty where it is not in use. */
    private float[][] steps;

    private float[][] changes;

    /**
     * @param from first row
     * @param penalised by row of the slice
     * @param point matrix of the slice's rows
     */
    Slice(int from, float[] penalised, float[] point, boolean hasL1) {
        this.from = from;
        this.penalised = penalised;
        this.point = point;
        this.gradient = new float[point.length];
        this.steepest = hasL1 ? new float[point.length] : gradient;
        this.direction = new float[point.length];
        this.steps = new float[History.MEMORY][0];
        this.changes = new float[History.MEMORY][0];
    }

    private Slice(Slice other) {
        this.from = other.from;
        this.penalised = other.penalised;
        this.point = other.point;
        this.gradient = other.gradient;
        this.steepest = other.steepest;
        this.direction = other.direction;
        this.steps = other.steps.clone();
        this.changes = other.changes.clone();
    }

    /** First row. */
    int from() {
        return from;
    }

    /** Number of rows. */
    int rows() {
        return penalised.length;
    }

    /** Some columns of the point, with what they stand for as coefficients of the features as they were given. */
    float[] unscaled(int stride, int[] columns, float interceptFactor) {
        float[] values = new float[rows() * columns.length];
        for (int row = 0; row < rows(); row++) {
            float factor = penalised[row] > 0f ? penalised[row] : interceptFactor;
            for (int c = 0; c < columns.length; c++) {
                values[row * columns.length + c] = factor * point[row * stride + columns[c]];
            }
        }
        return values;
    }

    /** A slice that may {@link #advance} without a change to this one. */
    Slice beforeAdvance(int newest) {
        Slice copy = new Slice(this);
        copy.point = point.clone();
        copy.gradient = gradient.clone();
        copy.steepest = steepest == gradient ? copy.gradient : steepest.clone();
        if (newest >= 0) {
            copy.steps[newest] = new float[0];
            copy.changes[newest] = new float[0];
        }
        return copy;
    }

    /** A slice that may {@link #move} without a change to this one. */
    Slice beforeMove() {
        Slice copy = new Slice(this);
        copy.direction = direction.clone();
        return copy;
    }

    /**
     * How to go on to the trial point.
     *
     * @param trialSteps step along the direction at which the trial point was, by column
     * @param moved 1 where the trial point is taken, else 0, by column
     * @param means what sums are multiplied by to become means, by column
     * @param slots slots in use, newest first
     * @param newest slot of the new pair, or -1 where there is none yet
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Advance(ColumnPenalties columns, float[] trialSteps, float[] moved, float[] means, int[] slots, int newest)
            implements Serializable {}

    /**
     * Moves the accepted problems to the trial point and its penalised gradient, remembers what changed, and takes all
     * inner products that the next direction needs: one sweep.
     *
     * @param sums gradients at the trial point summed over rows, the slice's from {@code offset} on
     * @return by product and problem: steepest with itself; then for each slot new step with change, step with new
     *     change, change with new change, step and change with steepest
     */
    double[][] advance(Advance how, float[] sums, int offset) {
        ColumnPenalties columns = how.columns;
        int stride = columns.stride();
        int[] slots = how.slots;
        int newest = how.newest;
        if (newest >= 0 && steps[newest].length != point.length) {
            steps[newest] = new float[point.length];
            changes[newest] = new float[point.length];
        }
        float[] newStep = newest < 0 ? new float[0] : steps[newest];
        float[] newChange = newest < 0 ? new float[0] : changes[newest];
        float[] trial = new float[stride];
        Kernel kernel = Kernel.best();
        return columnSums(columns, 1 + 5 * slots.length, (row, total) -> {
            int start = row * stride;
            trialRow(columns, how.trialSteps, row, trial, 0);
            float square = penalised[row] * penalised[row];
            float[] squares = total[0];
            for (int c = 0; c < stride; c++) {
                int i = start + c;
                float now = how.means[c] * sums[offset + i] + square * columns.l2()[c] * trial[c];
                float step = how.moved[c] * (trial[c] - point[i]);
                float change = how.moved[c] * (now - gradient[i]);
                point[i] += step;
                gradient[i] = how.moved[c] != 0f ? now : gradient[i];
                if (newest >= 0) {
                    newStep[i] = step;
                    newChange[i] = change;
                }
            }
            if (columns.hasL1()) {
                for (int c = 0; c < stride; c++) {
                    int i = start + c;
                    steepest[i] = pseudoGradient(point[i], gradient[i], penalised[row] * columns.l1()[c]);
                }
            }
            kernel.multiplyAdd(squares, steepest, steepest, start);
            for (int k = 0; k < slots.length; k++) {
                int first = 1 + 5 * k;
                float[] step = steps[slots[k]];
                float[] change = changes[slots[k]];
                kernel.multiplyAdd(total[first], newStep, change, start);
                kernel.multiplyAdd(total[first + 1], step, newChange, start);
                kernel.multiplyAdd(total[first + 2], change, newChange, start);
                kernel.multiplyAdd(total[first + 3], step, steepest, start);
                kernel.multiplyAdd(total[first + 4], change, steepest, start);
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

    /**
     * A new direction and how far to go along it.
     *
     * @param keep factor on the old direction, by column: 1 where it stays, else 0
     * @param ofSteepest factor on the steepest slope, by column
     * @param ofSteps factor on each step, by slot in use, newest first, and column
     * @param ofChanges factor on each change, likewise
     * @param slots slots in use, newest first
     * @param trialSteps step along the direction, by column
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Move(
            ColumnPenalties columns,
            float[] keep,
            float[] ofSteepest,
            float[][] ofSteps,
            float[][] ofChanges,
            int[] slots,
            float[] trialSteps)
            implements Serializable {}

    /**
     * Turns to the new direction.
     *
     * @param trial where the trial point is written, the slice's rows from {@code offset} on
     * @return by sum and problem: squares of the penalised trial point; with L1 also its magnitudes, the slope along the
     *     direction and what the steepest slope promises at the trial point
     */
    double[][] move(Move how, float[] trial, int offset) {
        ColumnPenalties columns = how.columns;
        int stride = columns.stride();
        Kernel kernel = Kernel.best();
        return columnSums(columns, columns.hasL1() ? 4 : 1, (row, total) -> {
            int start = row * stride;
            for (int c = 0; c < stride; c++) {
                direction[start + c] = how.keep[c] * direction[start + c] + how.ofSteepest[c] * steepest[start + c];
            }
            for (int k = 0; k < how.slots.length; k++) {
                int slot = how.slots[k];
                kernel.addCombination(direction, how.ofSteps[k], steps[slot], how.ofChanges[k], changes[slot], start);
            }
            if (columns.hasL1()) {
                keepToDescent(columns, row);
            }
            trialRow(columns, how.trialSteps, row, trial, offset + start);
            float square = penalised[row] * penalised[row];
            float[] squares = total[0];
            for (int c = 0; c < stride; c++) {
                float x = trial[offset + start + c];
                squares[c] += square * x * x;
            }
            if (columns.hasL1()) {
                for (int c = 0; c < stride; c++) {
                    float x = trial[offset + start + c];
                    total[1][c] += penalised[row] * Math.abs(x);
                    total[2][c] += direction[start + c] * steepest[start + c];
                    total[3][c] += steepest[start + c] * (x - point[start + c]);
                }
            }
        });
    }

    /** With L1 the direction must not go up in any coordinate (Andrew and Gao, section 3.2). */
    private void keepToDescent(ColumnPenalties columns, int row) {
        int start = row * columns.stride();
        for (int c = 0; c < columns.stride(); c++) {
            int i = start + c;
            if (penalised[row] * columns.l1()[c] > 0f && direction[i] * steepest[i] >= 0f) {
                direction[i] = 0f;
            }
        }
    }

    /** Writes the trial point; with L1 a coefficient that would change its sign becomes zero (the same, equation 6). */
    private void trialRow(ColumnPenalties columns, float[] trialSteps, int row, float[] target, int offset) {
        int stride = columns.stride();
        int start = row * stride;
        for (int c = 0; c < stride; c++) {
            target[offset + c] = point[start + c] + trialSteps[c] * direction[start + c];
        }
        if (columns.hasL1()) {
            for (int c = 0; c < stride; c++) {
                float side = point[start + c] != 0f ? point[start + c] : -steepest[start + c];
                if (penalised[row] * columns.l1()[c] > 0f && target[offset + c] * side <= 0f) {
                    target[offset + c] = 0f;
                }
            }
        }
    }

    /** Writes the trial point of all rows. */
    void trial(ColumnPenalties columns, float[] trialSteps, float[] target, int offset) {
        for (int row = 0; row < rows(); row++) {
            trialRow(columns, trialSteps, row, target, offset + row * columns.stride());
        }
    }

    /** The slice of some columns, moved together. */
    Slice select(int stride, int[] columns, boolean hasL1) {
        int newStride = Matrices.padded(columns.length);
        Slice selected = new Slice(this);
        selected.point = Matrices.select(point, stride, columns, newStride);
        selected.gradient = Matrices.select(gradient, stride, columns, newStride);
        selected.steepest = hasL1 ? Matrices.select(steepest, stride, columns, newStride) : selected.gradient;
        selected.direction = Matrices.select(direction, stride, columns, newStride);
        for (int slot = 0; slot < History.MEMORY; slot++) {
            selected.steps[slot] = Matrices.select(steps[slot], stride, columns, newStride);
            selected.changes[slot] = Matrices.select(changes[slot], stride, columns, newStride);
        }
        return selected;
    }

    /** Adds the products of one row to several single-precision sums by column. */
    private interface RowSums {
        void add(int row, float[][] sums);
    }

    private double[][] columnSums(ColumnPenalties columns, int count, RowSums work) {
        double[][] sums = new double[count][columns.stride()];
        float[][] recent = new float[count][columns.stride()];
        for (int row = 0; row < rows(); row++) {
            work.add(row, recent);
            if (row % FLUSH == FLUSH - 1 || row == rows() - 1) {
                for (int s = 0; s < count; s++) {
                    for (int c = 0; c < columns.stride(); c++) {
                        sums[s][c] += recent[s][c];
                    }
                    Arrays.fill(recent[s], 0f);
                }
            }
        }
        return Arrays.stream(sums).map(columns::byProblem).toArray(double[][]::new);
    }
}
