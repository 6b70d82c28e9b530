package io.pigeonhole.embedding;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Principal components of some rows, by Jacobi's rotations of their covariances (Golub and Van Loan, Matrix Computations,
 * section 8.5). The order of all sums is fixed. Of the two directions of a component, its largest element is positive.
 */
final class PrincipalComponents {

    private static final int MOST_SWEEPS = 50;

    private final double[] mean;
    private final double[][] components;

    private PrincipalComponents(double[] mean, double[][] components) {
        this.mean = mean;
        this.components = components;
    }

    /**
     * Fits components.
     *
     * @param rows all of one size
     * @param count number of components, those of the largest variances; at most the size of a row
     */
    static PrincipalComponents of(float[][] rows, int count) {
        int size = rows[0].length;
        double[] mean = new double[size];
        for (float[] row : rows) {
            for (int i = 0; i < size; i++) {
                mean[i] += row[i];
            }
        }
        for (int i = 0; i < size; i++) {
            mean[i] /= rows.length;
        }
        double[][] matrix = covariances(rows, mean);
        double[][] vectors = rotated(matrix);
        Integer[] order = new Integer[size];
        Arrays.setAll(order, i -> i);
        Arrays.sort(
                order, Comparator.comparingDouble((Integer i) -> -matrix[i][i]).thenComparing(i -> i));
        double[][] components = new double[Math.min(count, size)][];
        for (int i = 0; i < components.length; i++) {
            components[i] = directed(vectors[order[i]]);
        }
        return new PrincipalComponents(mean, components);
    }

    private static double[][] covariances(float[][] rows, double[] mean) {
        int size = mean.length;
        double[][] sums = new double[size][size];
        double[] centred = new double[size];
        for (float[] row : rows) {
            for (int i = 0; i < size; i++) {
                centred[i] = row[i] - mean[i];
            }
            for (int i = 0; i < size; i++) {
                double value = centred[i];
                double[] of = sums[i];
                for (int j = 0; j <= i; j++) {
                    of[j] += value * centred[j];
                }
            }
        }
        for (int i = 0; i < size; i++) {
            for (int j = 0; j <= i; j++) {
                sums[i][j] /= rows.length;
                sums[j][i] = sums[i][j];
            }
        }
        return sums;
    }

    /** Makes a symmetric matrix diagonal, in place; returns its eigenvectors, one a row. */
    private static double[][] rotated(double[][] matrix) {
        int size = matrix.length;
        double[][] vectors = new double[size][size];
        for (int i = 0; i < size; i++) {
            vectors[i][i] = 1;
        }
        double limit = 1e-24 * squares(matrix, true);
        for (int sweep = 0; sweep < MOST_SWEEPS && squares(matrix, false) > limit; sweep++) {
            for (int p = 0; p < size; p++) {
                for (int q = p + 1; q < size; q++) {
                    rotate(matrix, vectors, p, q);
                }
            }
        }
        return vectors;
    }

    private static double squares(double[][] matrix, boolean diagonal) {
        double sum = 0;
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < i; j++) {
                sum += 2 * matrix[i][j] * matrix[i][j];
            }
            sum += diagonal ? matrix[i][i] * matrix[i][i] : 0;
        }
        return sum;
    }

    /** The rotation of rows and columns p and q that makes their common element zero. */
    private static void rotate(double[][] matrix, double[][] vectors, int p, int q) {
        double common = matrix[p][q];
        if (common == 0) {
            return;
        }
        double theta = (matrix[q][q] - matrix[p][p]) / (2 * common);
        double tangent = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        double cosine = 1 / Math.sqrt(tangent * tangent + 1);
        double sine = tangent * cosine;
        double pp = matrix[p][p];
        double qq = matrix[q][q];
        turn(matrix[p], matrix[q], cosine, sine);
        for (int k = 0; k < matrix.length; k++) {
            // the matrix is symmetric, so its columns are its rows
            matrix[k][p] = matrix[p][k];
            matrix[k][q] = matrix[q][k];
        }
        matrix[p][p] = pp - tangent * common;
        matrix[q][q] = qq + tangent * common;
        matrix[p][q] = 0;
        matrix[q][p] = 0;
        turn(vectors[p], vectors[q], cosine, sine);
    }

    private static void turn(double[] one, double[] other, double cosine, double sine) {
        for (int k = 0; k < one.length; k++) {
            double a = one[k];
            double b = other[k];
            one[k] = cosine * a - sine * b;
            other[k] = sine * a + cosine * b;
        }
    }

    private static double[] directed(double[] vector) {
        int largest = 0;
        for (int i = 1; i < vector.length; i++) {
            if (Math.abs(vector[i]) > Math.abs(vector[largest])) {
                largest = i;
            }
        }
        return vector[largest] < 0 ? Arrays.stream(vector).map(value -> -value).toArray() : vector;
    }

    /** The coordinates of a row along the components. */
    double[] project(float[] row) {
        double[] projected = new double[components.length];
        for (int i = 0; i < projected.length; i++) {
            double sum = 0;
            for (int j = 0; j < row.length; j++) {
                sum += (row[j] - mean[j]) * components[i][j];
            }
            projected[i] = sum;
        }
        return projected;
    }
}
