package io.pigeonhole.training.cascade;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The probability that a model is right on a row, given what the first model shows of it: a logistic function of the three
 * signals and the square of the first. It is the maximum of the likelihood with a small normal prior, found by Newton's
 * method. The counts of cells are summed in the order of the cells, so that equal counts give equal bits.
 */
final class RightProbability implements Serializable {

    private static final long serialVersionUID = 1L;

    static final int SIZE = Shown.SIGNALS + 2;

    /** Precision of the prior of a coefficient, and of the intercept. */
    private static final double PRIOR = 1;

    private static final double PRIOR_OF_INTERCEPT = 0.01;
    private static final int MOST_STEPS = 100;
    private static final double SMALL = 1e-10;

    private final double[] coefficients;

    RightProbability(double[] coefficients) {
        if (coefficients.length != SIZE) {
            throw new IllegalArgumentException("needs " + SIZE + " coefficients, not " + coefficients.length);
        }
        this.coefficients = coefficients.clone();
    }

    double[] coefficients() {
        return coefficients.clone();
    }

    /** The probability at a cell. */
    double of(int cell) {
        return logistic(dot(coefficients, inputs(cell)));
    }

    /**
     * Fits the function.
     *
     * @param tallies ordered by cell
     * @param right which of the counts
     */
    static RightProbability fit(List<Tally> tallies, ToLongFunction<Tally> right) {
        double[] found = new double[SIZE];
        double value = loss(found, tallies, right);
        for (int step = 0; step < MOST_STEPS; step++) {
            double[] direction = direction(found, tallies, right);
            double scale = 1;
            double[] next = moved(found, direction, scale);
            double after = loss(next, tallies, right);
            while (after > value && scale > SMALL) {
                scale /= 2;
                next = moved(found, direction, scale);
                after = loss(next, tallies, right);
            }
            if (!(after < value)) {
                break;
            }
            boolean isClose = value - after < SMALL * (1 + Math.abs(value));
            found = next;
            value = after;
            if (isClose) {
                break;
            }
        }
        return new RightProbability(found);
    }

    private static double[] inputs(int cell) {
        double[] signals = Shown.signals(cell);
        return new double[] {1, signals[0], signals[1], signals[2], signals[0] * signals[0]};
    }

    private static double loss(double[] at, List<Tally> tallies, ToLongFunction<Tally> right) {
        double sum = 0;
        for (int i = 0; i < SIZE; i++) {
            sum += prior(i) / 2 * at[i] * at[i];
        }
        for (Tally tally : tallies) {
            double margin = dot(at, inputs(tally.cell()));
            long hits = right.applyAsLong(tally);
            sum += hits * softplus(-margin) + (tally.rows() - hits) * softplus(margin);
        }
        return sum;
    }

    /** Newton's step: the solution of Hessian times step = -gradient. */
    private static double[] direction(double[] at, List<Tally> tallies, ToLongFunction<Tally> right) {
        double[][] system = new double[SIZE][SIZE + 1];
        for (int i = 0; i < SIZE; i++) {
            system[i][i] = prior(i);
            system[i][SIZE] = -prior(i) * at[i];
        }
        for (Tally tally : tallies) {
            double[] x = inputs(tally.cell());
            double p = logistic(dot(at, x));
            double residual = right.applyAsLong(tally) - tally.rows() * p;
            double curvature = tally.rows() * p * (1 - p);
            for (int i = 0; i < SIZE; i++) {
                for (int j = 0; j < SIZE; j++) {
                    system[i][j] += curvature * x[i] * x[j];
                }
                system[i][SIZE] += residual * x[i];
            }
        }
        return solved(system);
    }

    /** Gaussian elimination; the matrix is positive definite, so that no pivot is zero. */
    private static double[] solved(double[][] system) {
        for (int i = 0; i < SIZE; i++) {
            for (int row = i + 1; row < SIZE; row++) {
                double factor = system[row][i] / system[i][i];
                for (int j = i; j <= SIZE; j++) {
                    system[row][j] -= factor * system[i][j];
                }
            }
        }
        double[] solution = new double[SIZE];
        for (int i = SIZE - 1; i >= 0; i--) {
            double sum = system[i][SIZE];
            for (int j = i + 1; j < SIZE; j++) {
                sum -= system[i][j] * solution[j];
            }
            solution[i] = sum / system[i][i];
        }
        return solution;
    }

    private static double[] moved(double[] from, double[] direction, double scale) {
        double[] moved = from.clone();
        Arrays.setAll(moved, i -> from[i] + scale * direction[i]);
        return moved;
    }

    private static double prior(int coefficient) {
        return coefficient == 0 ? PRIOR_OF_INTERCEPT : PRIOR;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < SIZE; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double logistic(double margin) {
        return 1 / (1 + StrictMath.exp(-margin));
    }

    private static double softplus(double margin) {
        return Math.max(0, margin) + StrictMath.log1p(StrictMath.exp(-Math.abs(margin)));
    }
}
