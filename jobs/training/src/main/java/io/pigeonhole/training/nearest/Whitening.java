package io.pigeonhole.training.nearest;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The Cholesky factor of a covariance {@code (1 - s) S + s t I}, where t is the mean variance of a feature and s the
 * shrinkage (Friedman 1989, Regularized discriminant analysis).
 *
 * @param factor lower triangle, row by row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Whitening(double[][] factor) implements Serializable {

    /** Of centroids that are made without a covariance. */
    static final Whitening NONE = new Whitening(new double[0][]);

    /** @param covariance lower triangle */
    static Whitening of(double[][] covariance, double shrinkage) {
        int size = covariance.length;
        double trace = 0;
        for (int f = 0; f < size; f++) {
            trace += covariance[f][f];
        }
        // classes of one row each have no spread, and the unit matrix is as good as any
        double ridge = trace > 0 ? shrinkage * trace / size : 1;
        double[][] factor = new double[size][];
        for (int f = 0; f < size; f++) {
            factor[f] = Arrays.stream(covariance[f])
                    .map(value -> (1 - shrinkage) * value)
                    .toArray();
            factor[f][f] += ridge;
        }
        decompose(factor);
        return new Whitening(factor);
    }

    private static void decompose(double[][] a) {
        for (int row = 0; row < a.length; row++) {
            for (int column = 0; column <= row; column++) {
                double sum = a[row][column];
                for (int i = 0; i < column; i++) {
                    sum -= a[row][i] * a[column][i];
                }
                a[row][column] = column == row ? Math.sqrt(sum) : sum / a[column][column];
            }
        }
    }

    /** The solution x of covariance x = b. */
    double[] solve(double[] b) {
        double[] x = b.clone();
        for (int f = 0; f < x.length; f++) {
            for (int g = 0; g < f; g++) {
                x[f] -= factor[f][g] * x[g];
            }
            x[f] /= factor[f][f];
        }
        for (int f = x.length - 1; f >= 0; f--) {
            x[f] /= factor[f][f];
            for (int g = 0; g < f; g++) {
                x[g] -= factor[f][g] * x[f];
            }
        }
        return x;
    }
}
