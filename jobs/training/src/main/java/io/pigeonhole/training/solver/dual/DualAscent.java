package io.pigeonhole.training.solver.dual;

import io.pigeonhole.training.solver.problems.Marks;
import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.rows.Rows;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Dual coordinate ascent on some problems side by side, in one thread. Each epoch is a {@link DualSweep} over the rows in a new
 * random order. A problem ends when the bound on its duality gap is small. Its result does not depend on which other problems
 * are solved with it.
 */
public final class DualAscent {

    static final int MOST_EPOCHS = 100;

    /** A gap that has not halved within so many epochs is left to L-BFGS. */
    private static final int PATIENCE = 6;
    /** Epochs after which a problem whose gap is above its objective is left to L-BFGS. */
    private static final int TRIAL = 8;
    /** Multiple of the tolerance that the final gap may reach: the earlier bound was taken while coefficients changed. */
    private static final double LENIENCE = 2;

    /** Share of the objective that a gap may be for the coefficients to be a start for L-BFGS. */
    private static final double USABLE_GAP = 0.1;

    private static final long SEED = 0x5DCA;

    private final int rows;
    private final Objective objective;
    private final DualSweep sweep;
    private final double[] totals;
    private final State[] states;
    private final double[] objectives;
    private final double[][] gapHistory;

    /** State of a problem. */
    public enum State {
        OPEN,
        /** Its gap is within the tolerance. */
        CONVERGED,
        /** Its gap falls too slowly. */
        LEFT
    }

    /** Called after each epoch. */
    @FunctionalInterface
    public interface Listener {
        void passed(int epoch, double objective, int open);
    }

    /**
     * The result.
     *
     * @param coefficients {@code dimension + 1} rows of the layout's columns
     * @param objectives by problem
     * @param states by problem; open where the epochs ran out
     * @param isUsable by problem, whether the coefficients are a better start than zero
     * @param epochs passes over the rows
     */
    @SuppressWarnings("ArrayRecordComponent") // large buffers, never compared
    public record Outcome(float[] coefficients, double[] objectives, State[] states, boolean[] isUsable, int epochs) {}

    /**
     * @param totals sum of the weights that the mean of each problem is over
     * @param intercepts to start from, by column
     */
    public DualAscent(
            Rows rows, Objective objective, int dimension, double[] totals, float[] intercepts, boolean fitIntercept) {
        this.rows = rows.size();
        this.objective = objective;
        this.sweep = DualSweep.of(rows, objective, dimension, totals, intercepts, fitIntercept);
        this.totals = totals;
        this.states = new State[objective.layout().problems()];
        Arrays.fill(states, State.OPEN);
        this.objectives = new double[states.length];
        this.gapHistory = new double[MOST_EPOCHS + 1][];
    }

    /**
     * Ascends until all problems have ended.
     *
     * @param start coefficients to start from, of the layout's columns
     * @param tol a problem has converged when its duality gap is at most this share of its objective
     * @param mostPasses most passes over the rows, the last one, which takes no steps, included
     */
    public Outcome run(float @Nullable [] start, double tol, int mostPasses, Listener listener) {
        if (start != null) {
            sweep.startAt(order(0), start);
        }
        int last = Math.max(1, Math.min(mostPasses - 1, MOST_EPOCHS));
        int epoch = 0;
        while (epoch < last && Marks.count(open()) > 0) {
            epoch++;
            sweep.run(order(epoch), true);
            double[] deviations = sweep.state.deviations();
            double[] squares = sweep.state.squares();
            gapHistory[epoch] = new double[states.length];
            for (int p = 0; p < states.length; p++) {
                if (states[p] == State.OPEN) {
                    objectives[p] = objective(p, squares);
                    gapHistory[epoch][p] = gap(p, deviations);
                    states[p] = state(p, epoch, tol);
                }
            }
            sweep.close(open());
            sweep.state.centre();
            listener.passed(epoch, Arrays.stream(objectives).sum(), Marks.count(open()));
        }
        boolean[] isUsable = new boolean[states.length];
        double[] deviations = sweep.state.deviations();
        double[] squares = sweep.state.squares();
        sweep.run(order(0), false);
        for (int p = 0; p < states.length; p++) {
            objectives[p] = objective(p, squares);
            double gap = gap(p, deviations);
            isUsable[p] = gap <= USABLE_GAP * objectives[p];
            if (states[p] == State.CONVERGED && gap > LENIENCE * tol * objectives[p]) {
                states[p] = State.LEFT;
            }
        }
        return new Outcome(sweep.state.packed(), objectives, states, isUsable, epoch + 1);
    }

    private boolean[] open() {
        boolean[] open = new boolean[states.length];
        for (int p = 0; p < open.length; p++) {
            open[p] = states[p] == State.OPEN;
        }
        return open;
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
        return mean(sweep.state.losses[problem], problem)
                + objective.problems().get(problem).l2() / 2 * squares[problem];
    }

    private double gap(int problem, double[] deviations) {
        return mean(sweep.state.gaps[problem], problem)
                + objective.problems().get(problem).l2() / 2 * deviations[problem];
    }

    /** Rows in the order of an epoch: as they are for epoch 0, else shuffled. */
    private int[] order(int epoch) {
        int[] order = new int[rows];
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
}
