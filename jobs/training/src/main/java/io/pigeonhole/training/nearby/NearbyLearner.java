package io.pigeonhole.training.nearby;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Learns a margin for each class: a {@link ClassProblem} and the mean direction of the class, as a {@link Blend} of both. Some
 * rows are left out at first and the blend is chosen by them; then the problems in which they take part are learnt again
 * with them.
 */
public final class NearbyLearner {

    /** Rows by which the blend is chosen, at most. */
    private static final int HELD_OUT = 2_000;

    private final FewRows rows;
    private final float[] costs;
    private final ThreadLocal<double[]> zeros;

    /**
     * The margins.
     *
     * @param margins the vectors whose products with a row, as it came in, are the margins of the classes
     * @param objective sum of the objectives of all classes, over the number of rows
     * @param sweeps most sweeps of a class
     * @param open classes that have not converged
     * @param share multiple of the mean directions in the margins
     * @param factor of score and mean direction together
     */
    public record Learnt(ClassIndex margins, double objective, int sweeps, int open, double share, double factor) {}

    /** @param costs how much the loss of each row counts, the length of a score's vector counting as 1/2; 0 for none */
    @SuppressWarnings("ThreadLocalUsage") // ends with the learner
    public NearbyLearner(FewRows rows, float[] costs) {
        this.rows = rows;
        this.costs = costs;
        this.zeros = ThreadLocal.withInitial(() -> new double[rows.dimension()]);
    }

    /** Learns all. */
    public Learnt learn() {
        int[] heldOut = heldOut();
        float[] first = costs.clone();
        for (int row : heldOut) {
            first[row] = 0;
        }
        ClassVector[] means = ClassMeans.of(rows, first);
        ClassIndex meanIndex = ClassIndex.of(means, rows.dimension());
        Neighbours neighbours = Neighbours.of(rows, meanIndex);
        ClassProblem.Learnt[] learnt = new ClassProblem.Learnt[rows.classes()];
        BitSet all = new BitSet();
        all.set(0, learnt.length);
        learn(new ClassProblem(rows, first, neighbours), all, learnt);
        int[] labels = Arrays.stream(heldOut).map(this::label).toArray();
        Blend blend = Blend.of(rows, heldOut, labels, index(learnt), meanIndex);
        learn(new ClassProblem(rows, costs, neighbours), touched(heldOut, labels, neighbours), learnt);
        for (int label : labels) {
            means[label] = ClassMeans.of(rows, costs, label, zeros.get());
        }
        return result(learnt, means, blend);
    }

    /** One row each of classes that have two or more, evenly over the classes. */
    private int[] heldOut() {
        int[] candidates = IntStream.range(0, rows.classes())
                .filter(label -> taking(label).limit(2).count() == 2)
                .map(label -> taking(label).findFirst().orElseThrow())
                .toArray();
        int count = Math.min(HELD_OUT, candidates.length);
        return IntStream.range(0, count)
                .map(i -> candidates[(int) ((long) candidates.length * i / count)])
                .toArray();
    }

    private IntStream taking(int label) {
        return IntStream.range(rows.classStarts()[label], rows.classStarts()[label + 1])
                .filter(row -> costs[row] > 0);
    }

    private int label(int row) {
        int at = Arrays.binarySearch(rows.classStarts(), row);
        int label = at < 0 ? -at - 2 : at;
        while (rows.classStarts()[label + 1] <= row) {
            label++;
        }
        return label;
    }

    private void learn(ClassProblem problem, BitSet classes, ClassProblem.Learnt[] learnt) {
        classes.stream().parallel().forEach(label -> learnt[label] = problem.learn(label, zeros.get()));
    }

    private ClassIndex index(ClassProblem.Learnt[] learnt) {
        return ClassIndex.of(
                Arrays.stream(learnt).map(ClassProblem.Learnt::vector).toArray(ClassVector[]::new), rows.dimension());
    }

    /** The classes in whose problems the rows take part. */
    private BitSet touched(int[] heldOut, int[] labels, Neighbours neighbours) {
        BitSet held = new BitSet();
        Arrays.stream(heldOut).forEach(held::set);
        BitSet touched = new BitSet();
        Arrays.stream(labels).forEach(touched::set);
        for (int label = 0; label < rows.classes(); label++) {
            for (int i = neighbours.starts()[label]; i < neighbours.starts()[label + 1]; i++) {
                if (held.get(neighbours.rows()[i])) {
                    touched.set(label);
                }
            }
        }
        return touched;
    }

    private Learnt result(ClassProblem.Learnt[] learnt, ClassVector[] means, Blend blend) {
        double objective = 0;
        int sweeps = 0;
        int open = 0;
        ClassVector[] margins = new ClassVector[learnt.length];
        for (int label = 0; label < learnt.length; label++) {
            objective += learnt[label].objective() / rows.rows();
            sweeps = Math.max(sweeps, learnt[label].sweeps());
            open += learnt[label].isOpen() ? 1 : 0;
            margins[label] = learnt[label].vector().plus(means[label], blend.share(), blend.factor() / rows.scale());
        }
        return new Learnt(
                ClassIndex.of(margins, rows.dimension()), objective, sweeps, open, blend.share(), blend.factor());
    }
}
