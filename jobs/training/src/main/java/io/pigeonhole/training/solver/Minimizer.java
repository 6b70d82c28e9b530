package io.pigeonhole.training.solver;

import java.util.Arrays;

/**
 * Minimises the problems of a layout, whose losses and gradients the caller sums up in whatever way suits its model; each
 * problem has its own L-BFGS and its own end, as in {@link Solver}.
 */
public final class Minimizer {

    private final BatchedLbfgs lbfgs;
    private boolean[] open;

    /**
     * Starts at zero.
     *
     * @param layout the problems; a problem is a run of columns
     * @param rows coefficients of each column
     * @param l2 penalty, on all coefficients alike
     * @param tol as in {@link SolverOptions}
     */
    public Minimizer(Layout layout, int rows, double l2, double tol) {
        float[] squares = new float[rows];
        Arrays.fill(squares, 1f);
        double[] l2s = new double[layout.problems()];
        Arrays.fill(l2s, l2);
        Penalties penalties = new Penalties(squares, new float[rows], l2s, new double[layout.problems()]);
        double[] firstSteps = new double[layout.problems()];
        Arrays.fill(firstSteps, 1);
        lbfgs = new BatchedLbfgs(layout, new float[rows * Pass.padded(layout.columns())], penalties, firstSteps, tol);
        open = new boolean[layout.problems()];
        Arrays.fill(open, true);
    }

    /** Columns of the matrices: those of the layout, padded. */
    public int stride() {
        return lbfgs.stride();
    }

    /** Where the next pass evaluates: a matrix with a row for each coefficient of a column. */
    public float[] trial() {
        return lbfgs.trial().clone();
    }

    /** The best point so far. */
    public float[] coefficients() {
        return lbfgs.coefficients().clone();
    }

    /** Which problems are still open. */
    public boolean[] open() {
        return open.clone();
    }

    /**
     * Takes loss and gradient at the trial point, penalty not included, and moves the trial point on.
     *
     * @param loss by problem; what stands there for a closed one does not matter
     * @param gradient a matrix of the shape of {@link #trial}
     */
    public void step(double[] loss, float[] gradient) {
        open = lbfgs.step(new Pass.Sums(gradient, loss));
    }
}
