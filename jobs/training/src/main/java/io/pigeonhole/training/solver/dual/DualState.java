package io.pigeonhole.training.solver.dual;

import io.pigeonhole.training.solver.kernels.Kernel;
import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.rows.Rows;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * The coefficients and duals of some problems, side by side, for use by one thread.
 *
 * <p>Intercepts are not penalised, which the dual has no form for. They are penalised, as coefficients are, around a centre
 * that follows them from epoch to epoch (the method of multipliers; Rockafellar, Augmented Lagrangians and applications of
 * the proximal point algorithm in convex programming, 1976).
 */
final class DualState {

    private static final int FLUSH = 64;

    final Rows rows;
    final Layout layout;
    final int dimension;
    final boolean fitIntercept;
    final Kernel kernel = Kernel.best();

    /** Columns of the matrix, padding included. */
    final int stride;
    /** First column of each problem in the matrix, and the column after the last problem. */
    final int[] places;

    /** Matrix of {@code dimension + 1} rows, the last one the intercepts. */
    final float[] coefficients;
    /** What a unit of a row's dual adds to the coefficients of a feature of value 1, by column. */
    final float[] inverses;

    /** Duals of all rows, one row after the other. */
    final float[] duals;
    /** Where each row's duals begin. */
    final int[] dualStarts;

    /** Losses of the last sweep, summed over the rows, by problem. */
    final double[] losses;
    /** Bounds of the duality gaps in the last sweep, summed over the rows, by problem. */
    final double[] gaps;

    private final float[] centres;
    private boolean[] open;

    /**
     * @param totals sum of the weights that the mean of each problem is over
     * @param intercepts to start from, by column of the layout
     * @param places first column of each problem in the matrix, and the column after the last problem
     * @param widths number of the duals of a row, by class
     */
    DualState(
            Rows rows,
            Objective objective,
            int dimension,
            double[] totals,
            float[] intercepts,
            boolean fitIntercept,
            int[] places,
            int[] widths) {
        this.rows = rows;
        this.layout = objective.layout();
        this.dimension = dimension;
        this.fitIntercept = fitIntercept;
        this.places = places;
        int problems = layout.problems();
        this.stride = Matrices.padded(places[problems]);
        this.coefficients = new float[(dimension + 1) * stride];
        this.inverses = new float[stride];
        this.centres = new float[stride];
        for (int p = 0; p < problems; p++) {
            double scale = objective.problems().get(p).l2() * totals[p];
            for (int c = layout.start(p); c < layout.end(p); c++) {
                inverses[place(p, c)] = scale > 0 ? (float) (1 / scale) : 0f;
                centres[place(p, c)] = fitIntercept ? intercepts[c] : 0f;
            }
        }
        System.arraycopy(centres, 0, coefficients, dimension * stride, stride);
        this.dualStarts = new int[rows.size() + 1];
        for (int row = 0; row < rows.size(); row++) {
            dualStarts[row + 1] = Math.addExact(dualStarts[row], widths[rows.labels()[row]]);
        }
        this.duals = new float[dualStarts[rows.size()]];
        this.losses = new double[problems];
        this.gaps = new double[problems];
        this.open = new boolean[problems];
        Arrays.fill(open, true);
    }

    /** Column of the matrix for a column of the layout. */
    int place(int problem, int column) {
        return places[problem] + column - layout.start(problem);
    }

    /** Number of columns of a problem. */
    int width(int problem) {
        return layout.end(problem) - layout.start(problem);
    }

    boolean isOpen(int problem) {
        return open[problem];
    }

    /** Takes no more steps for problems that are not open. */
    void close(boolean[] stillOpen) {
        open = stillOpen;
    }

    /** Squared length of a row, with the intercept's value. */
    float square(int row) {
        return rows.squares()[row] + (fitIntercept ? 1f : 0f);
    }

    /**
     * Adds a row, times changes of its duals, to the coefficients.
     *
     * @param changes of the columns {@code [from, to)}, whole vectors; overwritten
     */
    void update(int row, float[] changes, int from, int to) {
        for (int c = from; c < to; c++) {
            changes[c] *= inverses[c];
        }
        kernel.update(rows, row, changes, stride, from, to, coefficients);
        if (fitIntercept) {
            for (int c = from; c < to; c++) {
                coefficients[dimension * stride + c] += changes[c];
            }
        }
    }

    /** Squared distance of the intercepts from their centres, by problem. */
    double[] deviations() {
        return byProblem(c -> {
            double deviation = coefficients[dimension * stride + c] - centres[c];
            return deviation * deviation;
        });
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

    private double[] byProblem(IntToDoubleFunction byPlace) {
        double[] sums = new double[open.length];
        for (int p = 0; p < sums.length; p++) {
            for (int c = places[p]; c < places[p] + width(p); c++) {
                sums[p] += byPlace.applyAsDouble(c);
            }
        }
        return sums;
    }

    /** Moves the centres of the open problems to their intercepts, whose duals then push them as far again. */
    void centre() {
        for (int p = 0; p < open.length && fitIntercept; p++) {
            for (int c = places[p]; c < places[p] + width(p) && open[p]; c++) {
                float deviation = coefficients[dimension * stride + c] - centres[c];
                centres[c] += deviation;
                coefficients[dimension * stride + c] = centres[c] + deviation;
            }
        }
    }

    /**
     * Takes over coefficients of the layout's columns, and their intercepts as centres.
     *
     * @return columns of problems of which some coefficient is not zero
     */
    boolean[] take(float[] given) {
        boolean[] isGiven = new boolean[stride];
        for (int p = 0; p < open.length; p++) {
            boolean some = false;
            for (int c = layout.start(p); c < layout.end(p); c++) {
                int place = place(p, c);
                for (int row = 0; row <= dimension; row++) {
                    float value = given[row * layout.columns() + c];
                    coefficients[row * stride + place] = value;
                    some |= row < dimension && value != 0f;
                }
                centres[place] = coefficients[dimension * stride + place];
            }
            Arrays.fill(isGiven, places[p], places[p] + width(p), some);
        }
        return isGiven;
    }

    /** The coefficients in the layout's own columns. */
    float[] packed() {
        int columns = layout.columns();
        float[] packed = new float[(dimension + 1) * columns];
        for (int row = 0; row <= dimension; row++) {
            for (int p = 0; p < open.length; p++) {
                System.arraycopy(
                        coefficients, row * stride + places[p], packed, row * columns + layout.start(p), width(p));
            }
        }
        return packed;
    }
}
