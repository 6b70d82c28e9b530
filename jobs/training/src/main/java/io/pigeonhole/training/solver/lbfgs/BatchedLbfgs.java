package io.pigeonhole.training.solver.lbfgs;

import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.Marks;
import java.util.Arrays;

/**
 * L-BFGS on many problems at once: this class holds their scalars, an array over problems each, and {@link Vectors} all
 * that is large. A problem whose step was too long tries a shorter one in the next pass while the others go on. Problems
 * with an L1 penalty follow the orthant-wise variant (Andrew and Gao, Scalable training of L1-regularized log-linear
 * models, 2007).
 */
final class BatchedLbfgs {

    /** Sufficient decrease (Armijo). */
    private static final double SUFFICIENT = 1e-4;
    /** Changes below this share of the objective are lost in the rounding of single-precision sums. */
    private static final double NOISE = 2e-7;

    private static final int MOST_SHRINKS = 25;

    private final Layout layout;
    private final ColumnPenalties columns;
    private final Vectors vectors;
    private final History history;
    private final double[] l2;
    private final double[] l1;
    /** What sums are multiplied by to become means. */
    private final double[] means;

    private final double tol;

    private final double[] objective;
    private final double[] slope;
    private final double[] stepSize;
    private final int[] shrinks;
    private final int[] quiet;
    private final boolean[] open;
    /** Steps along the direction at which the trial point is. */
    private final double[] trialSteps;
    /** Penalties at the trial point. */
    private final double[] trialPenalty;
    /** Change that the slope promises at the trial point. */
    private final double[] promised;

    private boolean started;

    /**
     * @param vectors at the start
     * @param means what sums over rows are multiplied by to become means, by problem
     * @param firstSteps along the steepest slope, by problem
     */
    BatchedLbfgs(
            Layout layout, Vectors vectors, double[] l2, double[] l1, double[] means, double[] firstSteps, double tol) {
        this(layout, vectors, new History(layout.problems()), l2, l1, means, tol);
        System.arraycopy(firstSteps, 0, stepSize, 0, firstSteps.length);
        Arrays.fill(objective, Double.POSITIVE_INFINITY);
        Arrays.fill(open, true);
        move(new boolean[open.length], new History.Combination[open.length]);
    }

    private BatchedLbfgs(
            Layout layout, Vectors vectors, History history, double[] l2, double[] l1, double[] means, double tol) {
        this.layout = layout;
        this.columns = ColumnPenalties.of(layout, l2, l1);
        this.vectors = vectors;
        this.history = history;
        this.l2 = l2;
        this.l1 = l1;
        this.means = means;
        this.tol = tol;
        int problems = layout.problems();
        this.objective = new double[problems];
        this.slope = new double[problems];
        this.stepSize = new double[problems];
        this.shrinks = new int[problems];
        this.quiet = new int[problems];
        this.open = new boolean[problems];
        this.trialSteps = new double[problems];
        this.trialPenalty = new double[problems];
        this.promised = new double[problems];
    }

    Layout layout() {
        return layout;
    }

    double objective(int problem) {
        return objective[problem];
    }

    double totalObjective() {
        return Arrays.stream(objective).sum();
    }

    int openColumns() {
        return layout.columns(open).length;
    }

    /**
     * Takes the losses at the trial point, summed over rows, penalty not included; the vectors have the gradient. Moves
     * the trial point on.
     *
     * @return which problems are still open
     */
    boolean[] step(double[] losses) {
        boolean[] accepted = new boolean[open.length];
        double[] decrease = new double[open.length];
        for (int p = 0; p < open.length; p++) {
            double value = losses[p] * means[p] + trialPenalty[p];
            accepted[p] = open[p] && (!started || isSufficient(p, value));
            if (accepted[p]) {
                decrease[p] = objective[p] - value;
                objective[p] = value;
                shrinks[p] = 0;
            } else if (open[p]) {
                shrink(p, value);
            }
        }
        advance(accepted);
        History.Combination[] directions = new History.Combination[open.length];
        for (int p = 0; p < open.length; p++) {
            if (accepted[p]) {
                directions[p] = history.direction(p);
                slope[p] = directions[p].slope();
                stepSize[p] = started ? 1 : stepSize[p];
            }
        }
        boolean first = !started;
        started = true;
        move(accepted, directions);
        for (int p = 0; p < open.length; p++) {
            if (accepted[p]) {
                close(p, decrease[p], first);
            }
        }
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
        quiet[p] = -slope[p] / 2 <= worth(p) ? quiet[p] + 1 : 0;
        if (quiet[p] >= 2 || shrinks[p] > MOST_SHRINKS) {
            open[p] = false;
        }
    }

    /** Gain of an objective that is worth a pass. */
    private double worth(int p) {
        return tol * Math.max(Math.abs(objective[p]), Double.MIN_NORMAL);
    }

    /** Closes the problem when, twice in a row, neither the model nor the last step promises a gain worth a pass. */
    private void close(int p, double decrease, boolean first) {
        quiet[p] = !first && -slope[p] / 2 <= worth(p) && decrease <= worth(p) ? quiet[p] + 1 : 0;
        if (quiet[p] >= 2 || slope[p] >= 0) {
            open[p] = false;
        }
    }

    private void advance(boolean[] accepted) {
        int newest = started ? history.push() : -1;
        int[] slots = history.slots();
        double[] moved = new double[open.length];
        Arrays.setAll(moved, p -> accepted[p] ? 1 : 0);
        double[][] products = vectors.advance(new Slice.Advance(
                columns, columns.spread(trialSteps), columns.spread(moved), columns.spread(means), slots, newest));
        history.steepest(products[0]);
        for (int k = 0; k < slots.length; k++) {
            int first = 1 + 5 * k;
            history.products(slots[k], products[first], products[first + 1], products[first + 2]);
            history.steepestProducts(slots[k], products[first + 3], products[first + 4]);
        }
    }

    /** Gives the accepted problems their new directions, and puts the trial point a step along the direction. */
    private void move(boolean[] accepted, History.Combination[] directions) {
        int[] slots = history.slots();
        float[] keep = new float[columns.stride()];
        float[] ofSteepest = new float[columns.stride()];
        float[][] ofSteps = new float[slots.length][columns.stride()];
        float[][] ofChanges = new float[slots.length][columns.stride()];
        int[] problemOfColumn = columns.problemOfColumn();
        for (int c = 0; c < problemOfColumn.length; c++) {
            int p = problemOfColumn[c];
            keep[c] = accepted[p] ? 0f : 1f;
            if (accepted[p]) {
                ofSteepest[c] = (float) directions[p].steepest();
                for (int k = 0; k < slots.length; k++) {
                    ofSteps[k][c] = (float) directions[p].steps()[k];
                    ofChanges[k][c] = (float) directions[p].changes()[k];
                }
            }
        }
        Arrays.setAll(trialSteps, p -> open[p] && started ? stepSize[p] : 0);
        take(
                accepted,
                vectors.move(new Slice.Move(
                        columns, keep, ofSteepest, ofSteps, ofChanges, slots, columns.spread(trialSteps))));
    }

    private void take(boolean[] accepted, double[][] sums) {
        for (int p = 0; p < open.length; p++) {
            trialPenalty[p] = l2[p] / 2 * sums[0][p];
            if (l1[p] > 0) {
                trialPenalty[p] += l1[p] * sums[1][p];
                slope[p] = accepted[p] ? sums[2][p] : slope[p];
                promised[p] = sums[3][p];
            } else {
                promised[p] = trialSteps[p] * slope[p];
            }
        }
    }

    /** Hands out the columns of the problems that are not marked as staying, for the columns given of the solution. */
    void store(boolean[] staying, int[] targets) {
        boolean[] leaving = new boolean[staying.length];
        for (int p = 0; p < staying.length; p++) {
            leaving[p] = !staying[p];
        }
        vectors.store(columns, layout.columns(leaving), targets);
    }

    /** The same state for some problems only, their columns moved together. Do not use this one afterwards. */
    BatchedLbfgs select(boolean[] staying) {
        BatchedLbfgs selected = new BatchedLbfgs(
                layout.select(staying),
                vectors,
                history.select(staying),
                Marks.kept(l2, staying),
                Marks.kept(l1, staying),
                Marks.kept(means, staying),
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
                selected.trialSteps[kept] = trialSteps[p];
                selected.trialPenalty[kept] = trialPenalty[p];
                selected.promised[kept] = promised[p];
                kept++;
            }
        }
        selected.started = started;
        vectors.select(
                columns, layout.columns(staying), selected.columns, selected.columns.spread(selected.trialSteps));
        return selected;
    }
}
