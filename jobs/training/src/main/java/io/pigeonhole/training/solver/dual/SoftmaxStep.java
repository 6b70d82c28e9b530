package io.pigeonhole.training.solver.dual;

import io.pigeonhole.training.solver.passes.Residuals;

/**
 * The step of {@link DualStep dual coordinate ascent} for a softmax; for use by one thread. The duals of a row represent a
 * distribution: the weight at its target, less the duals. Each step keeps it one.
 */
final class SoftmaxStep {

    /** Share of a row's weight below which single precision cannot represent a probability. */
    private static final float LEAST_SHARE = 1e-7f;

    private static final int MOST_SECANTS = 12;

    private final double smoothing;
    /** Margins before the step. */
    private final float[] before;
    /** The distribution that the margins stand for, times the weight. */
    private final float[] shares;

    private final float[] moved;
    private double loss;
    private double gap;

    /**
     * @param columns of all matrices
     */
    SoftmaxStep(double smoothing, int columns) {
        this.smoothing = smoothing;
        this.before = new float[columns];
        this.shares = new float[columns];
        this.moved = new float[columns];
    }

    /** The weighted loss before the last step. */
    double loss() {
        return loss;
    }

    /** A bound on the duality gap before the last step. */
    double gap() {
        return gap;
    }

    /**
     * One Newton step towards the duals of the margins that the step itself leads to, or, where that is
     * {@link DualStep#FAR}, along the distance until that point.
     *
     * @param margins of the columns {@code [from, to)}; replaced by the changes of the duals
     * @param target column of the true class
     * @param weight of the row, above 0
     * @param damping how much a unit of a dual changes the row's margin
     * @param duals those of the row and problem begin at {@code offset}
     */
    void take(float[] margins, int from, int to, int target, float weight, float damping, float[] duals, int offset) {
        System.arraycopy(margins, from, before, from, to - from);
        double crossEntropy = 0;
        for (int c = from; c < to; c++) {
            crossEntropy += (double) duals[offset + c - from] * margins[c];
        }
        loss = weight * Residuals.smoothed(smoothing, margins, from, to, target, weight);
        crossEntropy += loss;
        float spread = (float) (weight * smoothing / (to - from));
        float atTarget = (float) (weight * (1 - smoothing));
        double chiSquared = 0;
        double ofDistance = 0;
        double all = 0;
        for (int c = from; c < to; c++) {
            float share = margins[c] + (c == target ? spread + atTarget : spread);
            float distance = -margins[c] - duals[offset + c - from];
            shares[c] = share;
            margins[c] = distance;
            chiSquared += (double) distance * distance / Math.max(share, LEAST_SHARE * weight);
            double damped = share / (1f + damping * share);
            ofDistance += damped * distance;
            all += damped;
        }
        gap = Math.min(chiSquared, crossEntropy);
        // (I + damping (diag(shares) - shares shares' / weight))^-1 distance, by Sherman and Morrison
        float common = all > 0 ? (float) (damping * ofDistance / all) : 0f;
        float largest = 0f;
        for (int c = from; c < to; c++) {
            float change = (margins[c] + common * shares[c]) / (1f + damping * shares[c]);
            moved[c] = change;
            largest = Math.max(largest, Math.abs(change));
        }
        if (damping * largest > DualStep.FAR) {
            alongDistance(margins, from, to, target, weight, damping, duals, offset);
        } else {
            keepToDistributions(margins, from, to, target, spread, atTarget, duals, offset);
        }
    }

    /** Takes the changes in {@code moved}, cut off where a share would become negative. */
    private void keepToDistributions(
            float[] margins, int from, int to, int target, float spread, float atTarget, float[] duals, int offset) {
        float excess = 0f;
        float most = Float.NEGATIVE_INFINITY;
        int largest = from;
        for (int c = from; c < to; c++) {
            float now = (c == target ? spread + atTarget : spread) - duals[offset + c - from];
            float change = Math.min(moved[c], now);
            excess += moved[c] - change;
            margins[c] = change;
            if (now - change > most) {
                most = now - change;
                largest = c;
            }
        }
        margins[largest] += excess;
    }

    /**
     * Goes along the distance to where the duals are, along it, those of the margins: between 0 and 1, by false position (the
     * Illinois variant).
     */
    private void alongDistance(
            float[] distances, int from, int to, int target, float weight, float damping, float[] duals, int offset) {
        double square = 0;
        for (int c = from; c < to; c++) {
            square += (double) distances[c] * distances[c];
        }
        double low = 0;
        double shortAtLow = square;
        double high = 1;
        double shortAtHigh = Double.NaN;
        double step = Math.min(1, 2 * DualStep.FAR / (damping * Math.sqrt(square)));
        for (int i = 0; i < MOST_SECANTS; i++) {
            for (int c = from; c < to; c++) {
                moved[c] = before[c] + (float) (damping * step) * distances[c];
            }
            Residuals.smoothed(smoothing, moved, from, to, target, weight);
            double shortfall = -step * square;
            for (int c = from; c < to; c++) {
                shortfall += (double) distances[c] * (-moved[c] - duals[offset + c - from]);
            }
            if (Math.abs(shortfall) <= 0.05 * step * square) {
                low = step;
                break;
            }
            if (shortfall > 0) {
                shortAtHigh = low > 0 ? shortAtHigh / 2 : shortAtHigh;
                low = step;
                shortAtLow = shortfall;
            } else {
                shortAtLow = high < 1 ? shortAtLow / 2 : shortAtLow;
                high = step;
                shortAtHigh = shortfall;
            }
            step = Double.isNaN(shortAtHigh)
                    ? Math.min((low + high) / 2, 4 * low)
                    : low + (high - low) * shortAtLow / (shortAtLow - shortAtHigh);
        }
        float taken = (float) (low > 0 ? low : high / 2);
        for (int c = from; c < to; c++) {
            distances[c] *= taken;
        }
    }
}
