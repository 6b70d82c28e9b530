package io.pigeonhole.training.solver.kernels;

/** The softmax of a run of margins, in single precision, with the same bits on every machine. */
public final class Softmax {

    private Softmax() {}

    /**
     * Turns the margins of {@code [from, to)} into {@code weight} times their softmax, less {@code weight} at the target.
     *
     * @param target index of the margin of the true class
     * @return the cross-entropy, not weighted
     */
    public static double residuals(float[] margins, int from, int to, int target, float weight) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, margins[i]);
        }
        for (int i = from; i < to; i++) {
            margins[i] -= largest;
        }
        double targetMargin = margins[target];
        Kernel.best().exp(margins, from, to);
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += margins[i];
        }
        float scale = (float) (weight / sum);
        for (int i = from; i < to; i++) {
            margins[i] *= scale;
        }
        margins[target] -= weight;
        return Math.log(sum) - targetMargin;
    }
}
