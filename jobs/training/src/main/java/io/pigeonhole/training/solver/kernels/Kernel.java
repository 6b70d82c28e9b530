package io.pigeonhole.training.solver.kernels;

import io.pigeonhole.training.solver.rows.Block;
import io.pigeonhole.training.solver.rows.Rows;

/**
 * The inner loops of a pass. Every implementation performs the same multiply-adds on the same elements in the same order.
 *
 * <p>On machines with fused multiply-add (all current servers have it) each is rounded once, so that all kernels on all these
 * machines give the same bits, whatever the width of their vectors. On machines without it, plain loops round the product and
 * the sum. Their results are the same on all machines without it, and may differ in the last bits from those of machines with
 * it.
 */
public interface Kernel {

    /** Keeps the quotient of two numbers that single precision rounds to zero finite. */
    float LEAST_CURVATURE = 1e-30f;

    /**
     * {@code margins += X coefficients} for the columns {@code [from, to)}.
     *
     * @param coefficients matrix with {@code stride} columns, a row for each feature
     * @param margins matrix with {@code stride} columns, a row for each of the block's rows
     */
    void margins(Block block, float[] coefficients, int stride, int from, int to, float[] margins);

    /** {@code gradient += X' residuals} for the columns {@code [from, to)}. */
    void gradient(Block block, float[] residuals, int stride, int from, int to, float[] gradient);

    /**
     * {@code margins += x coefficients} for one row x and the columns {@code [from, to)}.
     *
     * @param coefficients matrix with {@code stride} columns, a row for each feature
     * @param margins one for each column
     */
    void margins(Rows rows, int row, float[] coefficients, int stride, int from, int to, float[] margins);

    /** {@code coefficients += x' changes} for one row x and the columns {@code [from, to)}. */
    void update(Rows rows, int row, float[] changes, int stride, int from, int to, float[] coefficients);

    /** Replaces each {@code x} of {@code [from, to)} by {@code exp(x)}, for x at most 0; within 2 units in the last place. */
    void exp(float[] values, int from, int to);

    /**
     * Replaces each margin {@code m} of {@code [from, to)} by {@code weight / (1 + exp(-m))} and adds {@code weight *
     * log(1 + exp(m))} to {@code loss}, which starts at column 0.
     */
    void logistic(float[] margins, int from, int to, float weight, float[] loss);

    /**
     * A step of dual coordinate ascent for every column of {@code margins}, as if the row belonged to the rest in each;
     * package {@code solver.dual} has the formulas.
     *
     * @param margins replaced by the changes of the duals
     * @param duals those of the row begin at {@code offset}
     * @param weights weight of the row in each column
     * @param damping how much a unit of the dual changes the row's margin
     * @param losses the weighted losses before the step are added
     * @param gaps bounds on the duality gaps before the step are added
     */
    void logisticStep(
            float[] margins, float[] duals, int offset, float[] weights, float[] damping, float[] losses, float[] gaps);

    /** {@code sums[c] += a[offset + c] * b[offset + c]} for every column of {@code sums}. */
    void multiplyAdd(float[] sums, float[] a, float[] b, int offset);

    /** {@code target[offset + c] += f[c] * a[offset + c] + g[c] * b[offset + c]} for every column of {@code f}. */
    void addCombination(float[] target, float[] f, float[] a, float[] g, float[] b, int offset);

    /**
     * The fastest kernel of this machine: vectors where the JVM was started with jdk.incubator.vector and the machine has fused
     * multiply-add, else plain loops. The choice is logged once.
     */
    static Kernel best() {
        return Kernels.BEST;
    }
}
