package io.pigeonhole.training.calibration;

import io.pigeonhole.training.solver.kernels.Softmax;
import io.pigeonhole.transforms.DecisionNodes;
import java.io.Serializable;

/**
 * One row at one node on the path of its label.
 *
 * @param part the part of the rows that it is held out with
 * @param target the child that is right, counted from the node's first
 * @param logs logarithm of each child's share
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Case(int node, int part, int target, float[] logs) implements Serializable {

    /**
     * Sums of cases are whole multiples of 2^-26, so that neither order nor partitioning changes a bit of them; there is
     * room for 10^8 addends of up to 1,000.
     */
    private static final double ONE = 0x1p26;

    private static final double LARGEST = 1000;

    /** The case at one node of a row with these shares of all children. */
    static Case of(DecisionNodes nodes, int child, int part, double[] shares) {
        int node = nodes.node(child);
        int from = nodes.start(node);
        float[] logs = new float[nodes.end(node) - from];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = (float) CalibrationMap.log(shares[from + i]);
        }
        return new Case(node, part, child - from, logs);
    }

    /**
     * Turns margins of the children into the shares that follow from them, less one at the target.
     *
     * @return negative logarithm of the target's share
     */
    double residuals(float[] margins) {
        return Softmax.residuals(margins, 0, logs.length, target, 1);
    }

    static long fixed(double value) {
        return Math.round(Math.max(-LARGEST, Math.min(LARGEST, value)) * ONE);
    }

    static double toDouble(long fixed) {
        return fixed / ONE;
    }

    static long[] add(long[] left, long[] right) {
        long[] sums = left.clone();
        for (int i = 0; i < sums.length; i++) {
            sums[i] += right[i];
        }
        return sums;
    }
}
