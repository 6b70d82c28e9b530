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

    // complete once the class is finished
    final int[] support;
    final int[] predicted;
    final int[] correct;
    private final int[] missed;
    private final int[] wrong;

    public ClassReplicates(int length) {
        support = new int[length];
        predicted = new int[length];
        correct = new int[length];
        missed = new int[length];
        wrong = new int[length];
    }

    void clear() {
        Arrays.fill(correct, 0);
        Arrays.fill(missed, 0);
        Arrays.fill(wrong, 0);
    }

    /** Adds a row that has the label of the class, or was predicted to be of it, or both. */
    public void add(int[] weights, boolean labelled, boolean decided) {
        WeightedSums.add(labelled && decided ? correct : labelled ? missed : wrong, weights);
    }

    /** The counts and the interval of F1. */
    public ClassCounts finish(String label, Bootstrap bootstrap, Wilson wilson) {
        for (int i = 0; i < support.length; i++) {
            support[i] = correct[i] + missed[i];
            predicted[i] = correct[i] + wrong[i];
        }
        Estimate f1 = F1.estimate(support, predicted, correct, bootstrap, wilson);
        return new ClassCounts(label, support[0], predicted[0], correct[0], f1);
    }
}
