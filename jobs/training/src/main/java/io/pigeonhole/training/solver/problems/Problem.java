package io.pigeonhole.training.solver.problems;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Penalties and weights of one problem. Settings to compare and folds to hold out are further problems of the same passes.
 *
 * <p>The objective is the mean of the losses, weighted, over all rows that are not held out (those that take no part in the
 * problem because of their class count in the mean as 0), plus {@code l2 / 2} times the squared length plus {@code l1} times
 * the sum of magnitudes of the coefficients, intercepts left out.
 *
 * @param l2 at least 0
 * @param l1 at least 0; above it, coefficients become zero
 * @param classWeights factor on the weight of each row, by class
 * @param heldOut the fold whose rows take no part, or {@link #NO_FOLD}
 */
@SuppressWarnings("ArrayRecordComponent") // one array is shared by many problems
public record Problem(double l2, double l1, double[] classWeights, int heldOut) implements Serializable {

    /** Holds out nothing. */
    public static final int NO_FOLD = -1;

    public Problem {
        if (!(l2 >= 0) || !(l1 >= 0)) {
            throw new IllegalArgumentException("penalties must be at least 0, not l2 = " + l2 + " and l1 = " + l1);
        }
        if (!Arrays.stream(classWeights).allMatch(weight -> weight >= 0)) {
            throw new IllegalArgumentException(
                    "class weights must be at least 0, not " + Arrays.toString(classWeights));
        }
    }

    /**
     * Penalties in the terms of Spark ML: {@code regParam} times a mixture of L1, with the share {@code elasticNet}, and
     * L2.
     */
    public static Problem of(double regParam, double elasticNet, double[] classWeights, int heldOut) {
        return new Problem(regParam * (1 - elasticNet), regParam * elasticNet, classWeights, heldOut);
    }

    /** Factor on the weight of a row of a class and a fold. */
    public double weight(int label, int fold) {
        return fold == heldOut ? 0 : classWeights[label];
    }

    boolean hasWeightsOf(Problem other) {
        return heldOut == other.heldOut
                && (classWeights == other.classWeights || Arrays.equals(classWeights, other.classWeights));
    }
}
