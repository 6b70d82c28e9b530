package io.pigeonhole.training.nearest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sums of the rows of each class, and if asked for, of the products of their features. */
final class ClassSums {

    private final Metric metric;
    private final TreeMap<String, Sum> sums = new TreeMap<>();
    private final Scatter scatter;
    private int size;

    /** The sum of the weighted rows of a class. */
    private static final class Sum {
        private final TreeMap<Integer, double[]> sparse = new TreeMap<>();
        private double[] dense = new double[0];
        private double weight;

        void add(FeatureVector vector, double rowWeight) {
            weight += rowWeight;
            if (vector.size() <= Scatter.MOST_FEATURES && dense.length == 0) {
                dense = new double[vector.size()];
            }
            for (int i = 0; i < vector.features().length; i++) {
                double value = rowWeight * vector.values()[i];
                if (dense.length > 0) {
                    dense[vector.features()[i]] += value;
                } else {
                    sparse.computeIfAbsent(vector.features()[i], f -> new double[1])[0] += value;
                }
            }
        }

        /** The mean, with a factor. */
        FeatureVector mean(int size, boolean unit) {
            int[] features = dense.length > 0
                    ? java.util.stream.IntStream.range(0, size).toArray()
                    : sparse.keySet().stream().mapToInt(Integer::intValue).toArray();
            double[] elements = dense.length > 0
                    ? dense.clone()
                    : sparse.values().stream().mapToDouble(sum -> sum[0]).toArray();
            double length = weight;
            if (unit) {
                double squares = 0;
                for (double element : elements) {
                    squares += element * element;
                }
                length = squares > 0 ? Math.sqrt(squares) : 1;
            }
            float[] values = new float[elements.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (elements[i] / length);
            }
            return FeatureVector.ofElements(size, features, values);
        }

        double[] mean() {
            return Arrays.stream(dense).map(sum -> sum / weight).toArray();
        }
    }

    /** @param withScatter whether to sum products of features too */
    ClassSums(Metric metric, boolean withScatter) {
        this.metric = metric;
        scatter = new Scatter(withScatter);
    }

    void add(Reference reference) {
        size = reference.vector().size();
        sums.computeIfAbsent(reference.label(), label -> new Sum()).add(reference.vector(), reference.weight());
        scatter.add(reference.vector(), reference.weight());
    }

    /** The centroid of each class, without regard to the spread of its rows. */
    List<Centroid> plain() {
        List<Centroid> centroids = new ArrayList<>();
        sums.forEach((label, sum) -> {
            FeatureVector mean = sum.mean(size, metric == Metric.COSINE);
            // -|x - m|^2 / 2 without the term of x alone, which all classes share
            centroids.add(new Centroid(label, mean, metric == Metric.COSINE ? 0 : -mean.squares() / 2));
        });
        return centroids;
    }

    /** The factor of the common covariance. */
    Whitening whitening(double shrinkage) {
        List<double[]> means = new ArrayList<>();
        List<Double> weights = new ArrayList<>();
        for (Sum sum : sums.values()) {
            means.add(sum.mean());
            weights.add(sum.weight);
        }
        return Whitening.of(scatter.within(means, weights), shrinkage);
    }

    /** The linear functions of discriminant analysis with this covariance and equal shares of the classes. */
    List<Centroid> whitened(Whitening whitening) {
        List<Centroid> centroids = new ArrayList<>();
        for (Map.Entry<String, Sum> sum : sums.entrySet()) {
            double[] mean = sum.getValue().mean();
            double[] solved = whitening.solve(mean);
            double bias = 0;
            float[] values = new float[size];
            for (int f = 0; f < size; f++) {
                values[f] = (float) solved[f];
                bias -= mean[f] * solved[f] / 2;
            }
            centroids.add(new Centroid(sum.getKey(), FeatureVector.ofDense(values, 0, size), bias));
        }
        return centroids;
    }
}
