package io.pigeonhole.training.nearby;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The linear score of one class, with a squared hinge, by dual coordinate descent (Hsieh et al., "A Dual Coordinate Descent
 * Method for Large-scale Linear SVM", 2008, algorithm 3): {@code 1/2 |w|^2 + sum of C max(0, 1 - y (w x - 1))^2} over the
 * rows of the class (y = 1) and those that lie near to it (y = -1). The intercept is fixed at -1: with it, the many rows that
 * share no feature with the class are right without being looked at.
 */
final class ClassProblem {

    private static final double INTERCEPT = -1;
    private static final int MOST_SWEEPS = 50;
    /** The problem ends when no dual changes by more than this share of C in a sweep. */
    private static final double ENOUGH = 0.01;
    /** Elements smaller than this are left out, as Omikuji and DiSMEC do at 0.1 and 0.01 where rows have length one. */
    private static final double LEAST = 0.1;

    private final FewRows rows;
    private final float[] costs;
    private final Neighbours neighbours;

    /**
     * @param vector the learnt vector, small elements left out
     * @param objective with all elements
     * @param sweeps over the rows
     * @param isOpen whether it has not converged
     */
    record Learnt(ClassVector vector, double objective, int sweeps, boolean isOpen) {}

    /** @param costs C of each row; rows of 0 take no part */
    ClassProblem(FewRows rows, float[] costs, Neighbours neighbours) {
        this.rows = rows;
        this.costs = costs;
        this.neighbours = neighbours;
    }

    /** @param w all 0, before and after; an element for each feature */
    Learnt learn(int label, double[] w) {
        int[] taking = taking(label);
        int own = (int) IntStream.of(taking).filter(row -> isOwn(row, label)).count();
        double[] duals = new double[taking.length];
        double[] squares = IntStream.of(taking).mapToDouble(rows::squaredLength).toArray();
        int[] order = IntStream.range(0, taking.length).toArray();
        SplittableRandom random = new SplittableRandom(label);
        int sweeps = 0;
        double change = own > 0 ? 1 : 0;
        while (change > ENOUGH && sweeps < MOST_SWEEPS) {
            shuffle(order, random);
            change = 0;
            for (int i : order) {
                change = Math.max(change, step(taking[i], i < own ? 1 : -1, i, duals, squares[i], w));
            }
            sweeps++;
        }
        return learnt(taking, own, w, sweeps, change > ENOUGH);
    }

    /** The rows of the class, then those near to it. */
    private int[] taking(int label) {
        IntStream own = IntStream.range(rows.classStarts()[label], rows.classStarts()[label + 1]);
        IntStream others = IntStream.range(
                        neighbours.starts()[label], neighbours.starts()[label + 1])
                .map(i -> neighbours.rows()[i]);
        return IntStream.concat(own, others).filter(row -> costs[row] > 0).toArray();
    }

    private boolean isOwn(int row, int label) {
        return row >= rows.classStarts()[label] && row < rows.classStarts()[label + 1];
    }

    private static void shuffle(int[] order, SplittableRandom random) {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int moved = order[i];
            order[i] = order[j];
            order[j] = moved;
        }
    }

    /** A step in one dual; returns its change as a share of C. */
    private double step(int row, int sign, int i, double[] duals, double square, double[] w) {
        double regular = 1 / (2.0 * costs[row]);
        double gradient = sign * margin(row, w) - 1 + duals[i] * regular;
        double next = Math.max(0, duals[i] - gradient / (square + regular));
        double change = next - duals[i];
        if (change != 0) {
            duals[i] = next;
            for (int at = rows.starts()[row]; at < rows.starts()[row + 1]; at++) {
                w[rows.features()[at]] += sign * change * rows.values()[at];
            }
        }
        return Math.abs(change) / costs[row];
    }

    private double margin(int row, double[] w) {
        double margin = INTERCEPT;
        for (int at = rows.starts()[row]; at < rows.starts()[row + 1]; at++) {
            margin += w[rows.features()[at]] * rows.values()[at];
        }
        return margin;
    }

    /** The result; leaves zeros in w. */
    private Learnt learnt(int[] taking, int own, double[] w, int sweeps, boolean isOpen) {
        double objective = 0;
        for (int i = 0; i < taking.length; i++) {
            double lacking = Math.max(0, 1 - (i < own ? 1 : -1) * margin(taking[i], w));
            objective += costs[taking[i]] * lacking * lacking;
        }
        int[] features = new int[taking.length];
        double[] kept = new double[taking.length];
        int size = 0;
        for (int row : taking) {
            for (int at = rows.starts()[row]; at < rows.starts()[row + 1]; at++) {
                int feature = rows.features()[at];
                double value = w[feature];
                w[feature] = 0;
                objective += value * value / 2;
                if (Math.abs(value) >= LEAST) {
                    if (size == features.length) {
                        features = Arrays.copyOf(features, 2 * size);
                        kept = Arrays.copyOf(kept, 2 * size);
                    }
                    features[size] = feature;
                    kept[size++] = value;
                }
            }
        }
        ClassVector vector = sorted(features, kept, size, w);
        return new Learnt(vector, objective, sweeps, isOpen);
    }

    /** A vector of features that are in no order; w is 0 before and after. */
    private static ClassVector sorted(int[] features, double[] values, int size, double[] w) {
        for (int i = 0; i < size; i++) {
            w[features[i]] = values[i];
        }
        int[] ascending = Arrays.copyOf(features, size);
        Arrays.sort(ascending);
        ClassVector vector = ClassVector.of(w, ascending, LEAST);
        for (int feature : ascending) {
            w[feature] = 0;
        }
        return vector;
    }
}
