package io.pigeonhole.training.nearest;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Probabilities from scores: {@code (1 - smoothing) softmax(scores / temperature) + smoothing * share}, with the class's
 * share of the training rows. No class has the probability 0 where smoothing is above 0.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Posterior(double temperature, double smoothing, double[] shares) implements Serializable {

    double[] probabilities(double[] scores) {
        double[] probabilities = softmax(scores, temperature);
        for (int c = 0; c < probabilities.length; c++) {
            probabilities[c] = (1 - smoothing) * probabilities[c] + smoothing * shares[c];
        }
        return probabilities;
    }

    static double[] softmax(double[] scores, double temperature) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            largest = Math.max(largest, score);
        }
        double[] softmax = new double[scores.length];
        if (largest == Double.NEGATIVE_INFINITY) {
            // a model whose rows were all removed has no votes
            Arrays.fill(softmax, 1.0 / scores.length);
            return softmax;
        }
        double sum = 0;
        for (int c = 0; c < scores.length; c++) {
            softmax[c] = StrictMath.exp((scores[c] - largest) / temperature);
            sum += softmax[c];
        }
        for (int c = 0; c < scores.length; c++) {
            softmax[c] /= sum;
        }
        return softmax;
    }
}
