package io.pigeonhole.training.solver.lbfgs;

import io.pigeonhole.training.solver.passes.Curvature;
import io.pigeonhole.training.solver.problems.Layout;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Coordinates for each column in which its own curvature is the same in all directions, and of 1: with the Cholesky factor
 * {@code L} of the column's second derivatives, penalty included, coefficients {@code w} become {@code L' w}.
 *
 * @param factors lower triangle of each column's factor, row by row; the intercept is the last row
 */
@SuppressWarnings("ArrayRecordComponent") // large buffers, never compared
record Whitening(double[][] factors) {

    /** Share of the mean diagonal that is added to it: curvatures smaller than that are noise in single precision. */
    private static final double JITTER = 1e-7;
    /** The same for the intercept, which has no penalty that keeps its curvature from zero. */
    private static final double JITTER_OF_INTERCEPT = 1e-3;

    /**
     * @param sums as {@link Curvature#of} gives them
     * @param layout of the columns
     * @param means what sums over rows are multiplied by to become means, by problem
     * @param l2 by problem
     * @param rows features and the intercept
     */
    static Whitening of(double[][] sums, Layout layout, double[] means, double[] l2, int rows) {
        int[] problemOfColumn = layout.problemOfColumn();
        double[][] factors = new double[sums.length][];
        IntStream.range(0, sums.length).parallel().forEach(c -> {
            int p = problemOfColumn[c];
            factors[c] = cholesky(penalised(sums[c], means[p], l2[p], rows), rows);
        });
        return new Whitening(factors);
    }

    private static double[] penalised(double[] sums, double toMean, double l2, int rows) {
        double[] matrix = Arrays.stream(sums).map(sum -> sum * toMean).toArray();
        double typical = l2;
        for (int a = 0; a < rows; a++) {
            typical += matrix[Curvature.start(a) + a] / rows;
        }
        double least = typical > 0 ? JITTER * typical : 1;
        for (int a = 0; a < rows - 1; a++) {
            matrix[Curvature.start(a) + a] += l2 + least;
        }
        matrix[Curvature.start(rows) - 1] += JITTER_OF_INTERCEPT * l2 + least;
        return matrix;
    }

    /** In place: row by row, Golub and Van Loan, Matrix Computations, section 4.2. */
    private static double[] cholesky(double[] matrix, int rows) {
        double least = Double.MIN_NORMAL;
        for (int a = 0; a < rows; a++) {
            int rowA = Curvature.start(a);
            for (int b = 0; b <= a; b++) {
                int rowB = Curvature.start(b);
                double sum = matrix[rowA + b];
                for (int k = 0; k < b; k++) {
                    sum -= matrix[rowA + k] * matrix[rowB + k];
                }
                matrix[rowA + b] = a == b ? Math.sqrt(Math.max(sum, least)) : sum / matrix[rowB + b];
            }
        }
        return matrix;
    }

    /** {@code L' w}, in a matrix of {@code stride} columns like that given. */
    float[] fromCoefficients(float[] coefficients, int stride) {
        return map(coefficients, stride, (factor, w) -> {
            for (int b = 0; b < w.length; b++) {
                double sum = 0;
                for (int a = b; a < w.length; a++) {
                    sum += factor[Curvature.start(a) + b] * w[a];
                }
                w[b] = sum;
            }
        });
    }

    /** Solves {@code L' w = u}. */
    float[] toCoefficients(float[] point, int stride) {
        return map(point, stride, (factor, u) -> {
            for (int a = u.length - 1; a >= 0; a--) {
                int row = Curvature.start(a);
                u[a] /= factor[row + a];
                for (int b = 0; b < a; b++) {
                    u[b] -= factor[row + b] * u[a];
                }
            }
        });
    }

    /** Solves {@code L g' = g}: what a gradient by the coefficients is by the coordinates. */
    float[] gradient(float[] gradient, int stride) {
        return map(gradient, stride, (factor, g) -> {
            for (int a = 0; a < g.length; a++) {
                int row = Curvature.start(a);
                double sum = g[a];
                for (int b = 0; b < a; b++) {
                    sum -= factor[row + b] * g[b];
                }
                g[a] = sum / factor[row + a];
            }
        });
    }

    /** Changes one column in place. */
    private interface Change {
        void apply(double[] factor, double[] column);
    }

    private float[] map(float[] matrix, int stride, Change change) {
        float[] mapped = new float[matrix.length];
        int rows = matrix.length / stride;
        IntStream.range(0, factors.length).parallel().forEach(c -> {
            double[] column = new double[rows];
            Arrays.setAll(column, row -> matrix[row * stride + c]);
            change.apply(factors[c], column);
            for (int row = 0; row < rows; row++) {
                mapped[row * stride + c] = (float) column[row];
            }
        });
        return mapped;
    }
}
