package io.pigeonhole.evaluation;

import java.util.Arrays;

/**
 * Counts of the class at hand, in the data (index 0) and in every bootstrap replicate; used for one class after another.
 * A class may have up to 2^30 rows.
 */
final class ClassReplicates {

    final int[] support;
    final int[] predicted;
    final int[] correct;

    ClassReplicates(int length) {
        support = new int[length];
        predicted = new int[length];
        correct = new int[length];
    }

    void clear() {
        Arrays.fill(support, 0);
        Arrays.fill(predicted, 0);
        Arrays.fill(correct, 0);
    }

    /** Adds a row that bears the label of the class, or was predicted to be it, or both. */
    void add(int[] weights, boolean labelled, boolean decided) {
        if (labelled) {
            add(weights, support);
        }
        if (decided) {
            add(weights, predicted);
        }
        if (labelled && decided) {
            add(weights, correct);
        }
    }

    private static void add(int[] weights, int[] counts) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += weights[i];
        }
    }

    /**
     * The counts and the interval of F1. The bootstrap cannot see beyond a class that is all right or all wrong; there
     * the Wilson interval of {@code J = tp / (tp + fp + fn)} is carried over by {@code F1 = 2J / (1 + J)}.
     */
    ClassCounts finish(String label, Bootstrap bootstrap, Wilson wilson) {
        int involved = support[0] + predicted[0] - correct[0];
        double f1 = f1(0);
        Estimate estimate;
        if (correct[0] == 0 || correct[0] == involved) {
            Estimate jaccard = wilson.estimate(correct[0], involved);
            estimate = new Estimate(f1, fromJaccard(jaccard.low()), fromJaccard(jaccard.high()));
        } else {
            double[] replicates = new double[support.length - 1];
            int count = 0;
            for (int i = 1; i < support.length; i++) {
                if (support[i] + predicted[i] > 0) {
                    replicates[count++] = f1(i);
                }
            }
            estimate = bootstrap.estimate(f1, replicates, count);
        }
        return new ClassCounts(label, support[0], predicted[0], correct[0], estimate);
    }

    double f1(int index) {
        return 2.0 * correct[index] / (support[index] + predicted[index]);
    }

    private static double fromJaccard(double jaccard) {
        return 2 * jaccard / (1 + jaccard);
    }
}
