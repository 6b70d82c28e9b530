package io.pigeonhole.training.nearest;

import java.util.List;

/** Sums of products of features over rows, relative to the first row, so that a large common offset cancels nothing. */
final class Scatter {

    /** Most features with a covariance: its matrix takes 32 MB. */
    static final int MOST_FEATURES = 2048;

    private final boolean isWanted;
    private double[] origin = new double[0];
    private double[][] products = new double[0][];
    private double[] sums = new double[0];
    private double weight;

    Scatter(boolean isWanted) {
        this.isWanted = isWanted;
    }

    void add(FeatureVector vector, double rowWeight) {
        if (!isWanted) {
            return;
        }
        float[] row = vector.dense();
        if (origin.length == 0) {
            start(row);
        }
        double[] shifted = new double[row.length];
        for (int f = 0; f < row.length; f++) {
            shifted[f] = row[f] - origin[f];
            sums[f] += rowWeight * shifted[f];
        }
        weight += rowWeight;
        for (int f = 0; f < row.length; f++) {
            double value = rowWeight * shifted[f];
            double[] target = products[f];
            for (int g = 0; g <= f; g++) {
                target[g] += value * shifted[g];
            }
        }
    }

    private void start(float[] row) {
        if (row.length > MOST_FEATURES) {
            throw new IllegalArgumentException("covariance = shared needs at most " + MOST_FEATURES
                    + " features, and there are " + row.length + "; set covariance = none");
        }
        origin = new double[row.length];
        products = new double[row.length][];
        for (int f = 0; f < row.length; f++) {
            origin[f] = row[f];
            products[f] = new double[f + 1];
        }
        sums = new double[row.length];
    }

    /**
     * The covariance of rows around the centroids of their classes, the lower triangle.
     *
     * @param means of the classes
     * @param weights of the classes
     */
    double[][] within(List<double[]> means, List<Double> weights) {
        int size = origin.length;
        double[][] within = new double[size][];
        for (int f = 0; f < size; f++) {
            within[f] = products[f].clone();
        }
        for (int c = 0; c < means.size(); c++) {
            double[] mean = means.get(c);
            for (int f = 0; f < size; f++) {
                double value = weights.get(c) * (mean[f] - origin[f]);
                for (int g = 0; g <= f; g++) {
                    within[f][g] -= value * (mean[g] - origin[g]);
                }
            }
        }
        for (double[] row : within) {
            for (int g = 0; g < row.length; g++) {
                row[g] /= weight;
            }
        }
        return within;
    }
}
