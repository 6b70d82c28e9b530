package io.pigeonhole.training.solver.lbfgs;

import io.pigeonhole.training.solver.problems.Marks;

/**
 * The inner products of the steps and gradient changes that L-BFGS remembers, for all problems at once.
 *
 * <p>With the products at hand the two-loop recursion (Nocedal and Wright, algorithm 7.4) runs on scalars alone, and the
 * direction is one linear combination: two sweeps over the memory instead of four for each pair, as in Chen, Wang and
 * Zhou, Large-scale L-BFGS using MapReduce (2014). The steepest slope (the gradient, or with L1 the pseudo-gradient) has its
 * products with the pairs kept beside them.
 */
final class History {

    /** Pairs remembered. */
    static final int MEMORY = 6;

    /** By slot of the step, slot of the change, and problem. */
    private final double[][][] stepChange;

    private final double[][][] changeChange;
    private final double[][] stepSteepest;
    private final double[][] changeSteepest;
    private final double[] steepestSteepest;
    /** Slots in use, newest first. */
    private int[] order = {};

    History(int problems) {
        stepChange = new double[MEMORY][MEMORY][problems];
        changeChange = new double[MEMORY][MEMORY][problems];
        stepSteepest = new double[MEMORY][problems];
        changeSteepest = new double[MEMORY][problems];
        steepestSteepest = new double[problems];
    }

    /** Slots in use, newest first. */
    int[] slots() {
        return order.clone();
    }

    /** Makes room for the newest pair, in place of the oldest where all slots are in use; returns its slot. */
    int push() {
        int slot = order.length < MEMORY ? order.length : order[MEMORY - 1];
        int[] newer = new int[Math.min(order.length + 1, MEMORY)];
        newer[0] = slot;
        System.arraycopy(order, 0, newer, 1, newer.length - 1);
        order = newer;
        return slot;
    }

    /** Products of the newest pair with a remembered one, by problem. */
    void products(int slot, double[] newStepChange, double[] stepNewChange, double[] changeNewChange) {
        int newest = order[0];
        stepChange[newest][slot] = newStepChange;
        stepChange[slot][newest] = stepNewChange;
        changeChange[newest][slot] = changeNewChange;
        changeChange[slot][newest] = changeNewChange;
    }

    void steepestProducts(int slot, double[] withStep, double[] withChange) {
        stepSteepest[slot] = withStep;
        changeSteepest[slot] = withChange;
    }

    void steepest(double[] product) {
        System.arraycopy(product, 0, steepestSteepest, 0, product.length);
    }

    /**
     * A direction as a combination of the steepest slope, the steps and the changes.
     *
     * @param steepest its factor
     * @param steps factor of each step, in the order of {@link #slots}
     * @param changes factor of each change, in that order
     * @param slope product of the direction with the steepest slope
     */
    @SuppressWarnings("ArrayRecordComponent") // a handful of scalars on their way, never compared
    record Combination(double steepest, double[] steps, double[] changes, double slope) {}

    /** The two-loop recursion for one problem, on scalars; a pair in which the problem did not move is passed over. */
    Combination direction(int p) {
        int n = order.length;
        double[] alpha = new double[n];
        double[] beta = new double[n];
        double scale = 1;
        boolean scaled = false;
        for (int i = 0; i < n; i++) {
            int s = order[i];
            double curvature = stepChange[s][s][p];
            if (curvature > 0) {
                double product = stepSteepest[s][p];
                for (int k = 0; k < i; k++) {
                    product -= alpha[k] * stepChange[s][order[k]][p];
                }
                alpha[i] = product / curvature;
                if (!scaled) {
                    scale = curvature / changeChange[s][s][p];
                    scaled = true;
                }
            }
        }
        for (int i = n - 1; i >= 0; i--) {
            int s = order[i];
            double curvature = stepChange[s][s][p];
            if (curvature > 0) {
                double product = changeSteepest[s][p];
                for (int k = 0; k < n; k++) {
                    product -= alpha[k] * changeChange[s][order[k]][p];
                }
                product *= scale;
                for (int k = n - 1; k > i; k--) {
                    product += (alpha[k] - beta[k]) * stepChange[order[k]][s][p];
                }
                beta[i] = product / curvature;
            }
        }
        double slope = -scale * steepestSteepest[p];
        double[] steps = new double[n];
        double[] changes = new double[n];
        for (int i = 0; i < n; i++) {
            steps[i] = beta[i] - alpha[i];
            changes[i] = scale * alpha[i];
            slope += steps[i] * stepSteepest[order[i]][p] + changes[i] * changeSteepest[order[i]][p];
        }
        return new Combination(-scale, steps, changes, slope);
    }

    /** The same memory for some of the problems. */
    History select(boolean[] staying) {
        int problems = 0;
        for (boolean stays : staying) {
            problems += stays ? 1 : 0;
        }
        History selected = new History(problems);
        selected.order = order.clone();
        for (int slot : order) {
            for (int other : order) {
                selected.stepChange[slot][other] = Marks.kept(stepChange[slot][other], staying);
                selected.changeChange[slot][other] = Marks.kept(changeChange[slot][other], staying);
            }
            selected.stepSteepest[slot] = Marks.kept(stepSteepest[slot], staying);
            selected.changeSteepest[slot] = Marks.kept(changeSteepest[slot], staying);
        }
        System.arraycopy(Marks.kept(steepestSteepest, staying), 0, selected.steepestSteepest, 0, problems);
        return selected;
    }
}
