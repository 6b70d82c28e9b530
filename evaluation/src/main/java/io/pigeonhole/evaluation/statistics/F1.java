package io.pigeonhole.evaluation.statistics;

/** The harmonic mean of precision and recall, {@code 2 correct / (support + predicted)}. */
public final class F1 {

    private F1() {}

    /**
     * F1 with its interval, from counts in the data (index 0) and in every replicate. If all rows of a class are right
     * or all are wrong, the bootstrap yields no width; then the Wilson interval of {@code J = tp / (tp + fp + fn)} is
     * converted by {@code F1 = 2J / (1 + J)}.
     */
    public static Estimate estimate(int[] support, int[] predicted, int[] correct, Bootstrap bootstrap, Wilson wilson) {
        int involved = support[0] + predicted[0] - correct[0];
        double f1 = of(support, predicted, correct, 0);
        if (correct[0] == 0 || correct[0] == involved) {
            Estimate jaccard = wilson.estimate(correct[0], involved);
            return new Estimate(f1, fromJaccard(jaccard.low()), fromJaccard(jaccard.high()));
        }
        double[] replicates = new double[support.length - 1];
        int count = 0;
        for (int i = 1; i < support.length; i++) {
            if (support[i] + predicted[i] > 0) {
                replicates[count++] = of(support, predicted, correct, i);
            }
        }
        return bootstrap.estimate(f1, replicates, count);
    }

    private static double of(int[] support, int[] predicted, int[] correct, int index) {
        return 2.0 * correct[index] / (support[index] + predicted[index]);
    }

    private static double fromJaccard(double jaccard) {
        return 2 * jaccard / (1 + jaccard);
    }
}
