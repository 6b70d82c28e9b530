package io.pigeonhole.evaluation.decisions;

import io.pigeonhole.evaluation.statistics.Bootstrap;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.F1;
import io.pigeonhole.evaluation.statistics.WeightedSums;
import io.pigeonhole.evaluation.statistics.Wilson;
import java.util.Arrays;

/**
 * Counts of the current class, in the data (index 0) and in every bootstrap replicate; reused for one class after
 * another. A class may have up to 2^30 rows.
 */
public final class ClassReplicates {

    final int[] support;
    final int[] predicted;
    final int[] correct;

    public ClassReplicates(int length) {
        support = new int[length];
        predicted = new int[length];
        correct = new int[length];
    }

    void clear() {
        Arrays.fill(support, 0);
        Arrays.fill(predicted, 0);
        Arrays.fill(correct, 0);
    }

    /** Adds a row that has the label of the class, or was predicted to be of it, or both. */
    public void add(int[] weights, boolean labelled, boolean decided) {
        if (labelled) {
            WeightedSums.add(support, weights);
        }
        if (decided) {
            WeightedSums.add(predicted, weights);
        }
        if (labelled && decided) {
            WeightedSums.add(correct, weights);
        }
    }

    /** The counts and the interval of F1. */
    public ClassCounts finish(String label, Bootstrap bootstrap, Wilson wilson) {
        Estimate f1 = F1.estimate(support, predicted, correct, bootstrap, wilson);
        return new ClassCounts(label, support[0], predicted[0], correct[0], f1);
    }
}
