package io.pigeonhole.training.solver.lbfgs;

import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.SolverOptions;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Minimises the problems of a layout whose losses and gradients the caller computes; each
 * problem has its own L-BFGS and its own end, as in {@link LbfgsSolver}.
 */
public final class Minimizer {

    private final LocalVectors vectors;
    private final BatchedLbfgs lbfgs;
    private final float[] coefficients;
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
        int stride = Matrices.padded(layout.columns());
        float[] penalised = new float[rows];
        Arrays.fill(penalised, 1f);
        coefficients = new float[rows * layout.columns()];
        vectors = new LocalVectors(
                pass -> {
                    throw new IllegalStateException("the caller makes the passes");
                },
                penalised,
                StartPoint.zero(rows, stride),
                Vectors.sliceRows(rows, stride),
                false,
                1f,
                coefficients,
                layout.columns());
        double[] ones = new double[layout.problems()];
        Arrays.fill(ones, 1);
        double[] l2s = Arrays.stream(ones).map(one -> l2).toArray();
        lbfgs = new BatchedLbfgs(layout, vectors, l2s, new double[l2s.length], ones, ones, tol);
        open = new boolean[layout.problems()];
        Arrays.fill(open, true);
    }

    /** Columns of the matrices: those of the layout, padded. */
    public int stride() {
        return Matrices.padded(lbfgs.layout().columns());
    }

    /** Where the next pass evaluates: a matrix with a row for each coefficient of a column. */
    public float[] trial() {
        return vectors.trial().clone();
    }

    /** The best point so far: a matrix with a row for each coefficient of a column, not padded. */
    public float[] coefficients() {
        int[] all = IntStream.range(0, lbfgs.layout().columns()).toArray();
        lbfgs.store(new boolean[open.length], all);
        return coefficients.clone();
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
        vectors.take(gradient);
        open = lbfgs.step(loss);
    }
}
