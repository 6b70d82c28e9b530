package io.pigeonhole.training.solver.problems;

import io.pigeonhole.transforms.DecisionNodes;
import io.pigeonhole.transforms.Taxonomy;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which columns of the coefficient matrix make up which problem, and where each class belongs.
 *
 * <p>A problem is a run of adjacent columns. In a <em>binary</em> layout each problem is one column, in which every
 * row takes part, as the positive or as the rest. In a softmax layout a problem is a group of two or more columns, in
 * which a row takes part if its class has a column there.
 */
public final class Layout implements Serializable {

    private static final long serialVersionUID = 1L;

    private final boolean binary;
    private final int[] starts;
    /** Columns in which each class is the positive, ascending. */
    private final int[][] targets;

    private Layout(boolean binary, int[] starts, int[][] targets) {
        this.binary = binary;
        this.starts = starts;
        this.targets = targets;
    }

    /** One column for each class, each a problem of its own. */
    public static Layout oneVsRest(int classes) {
        return new Layout(true, range(classes + 1), identity(classes));
    }

    /** One problem with a column for each class. */
    public static Layout softmax(int classes) {
        return new Layout(false, new int[] {0, classes}, identity(classes));
    }

    /** One softmax problem for every node with a choice between children, over these. Classes are in the taxonomy's order. */
    public static Layout hierarchical(Taxonomy taxonomy) {
        DecisionNodes nodes = new DecisionNodes(taxonomy);
        int[] starts = new int[nodes.size() + 1];
        Arrays.setAll(starts, p -> p < nodes.size() ? nodes.start(p) : nodes.children());
        int[][] targets = new int[nodes.classes()][];
        Arrays.setAll(targets, nodes::path);
        return new Layout(false, starts, targets);
    }

    /** The problems marked open, their columns moved together in the same order. */
    public Layout select(boolean[] open) {
        int[] newColumn = new int[columns()];
        Arrays.fill(newColumn, -1);
        List<Integer> newStarts = new ArrayList<>(List.of(0));
        int next = 0;
        for (int p = 0; p < problems(); p++) {
            if (open[p]) {
                for (int c = starts[p]; c < starts[p + 1]; c++) {
                    newColumn[c] = next++;
                }
                newStarts.add(next);
            }
        }
        int[][] newTargets = Arrays.stream(targets)
                .map(columns -> Arrays.stream(columns)
                        .map(c -> newColumn[c])
                        .filter(c -> c >= 0)
                        .toArray())
                .toArray(int[][]::new);
        return new Layout(binary, newStarts.stream().mapToInt(Integer::intValue).toArray(), newTargets);
    }

    /** The problems of this layout several times over, side by side: with other settings each time. */
    public Layout repeated(int times) {
        int[] allStarts = new int[times * problems() + 1];
        Arrays.setAll(allStarts, p -> p / problems() * columns() + starts[p % problems()]);
        int[][] allTargets = new int[targets.length][];
        Arrays.setAll(
                allTargets,
                label -> IntStream.range(0, times)
                        .flatMap(time -> Arrays.stream(targets[label]).map(column -> time * columns() + column))
                        .toArray());
        return new Layout(binary, allStarts, allTargets);
    }

    /** Whether each problem is one column against the rest. */
    public boolean isBinary() {
        return binary;
    }

    public int problems() {
        return starts.length - 1;
    }

    public int columns() {
        return starts[starts.length - 1];
    }

    /** Columns of the marked problems, in order. */
    public int[] columns(boolean[] marked) {
        return IntStream.range(0, problems())
                .filter(p -> marked[p])
                .flatMap(p -> IntStream.range(starts[p], starts[p + 1]))
                .toArray();
    }

    public int classes() {
        return targets.length;
    }

    /** First column of a problem. */
    public int start(int problem) {
        return starts[problem];
    }

    /** Column after the last one of a problem. */
    public int end(int problem) {
        return starts[problem + 1];
    }

    /** Columns in which a class is the positive, ascending; at most one in each problem. */
    public int[] targets(int label) {
        return targets[label];
    }

    /** Problem of each column. */
    public int[] problemOfColumn() {
        int[] problem = new int[columns()];
        for (int p = 0; p < problems(); p++) {
            Arrays.fill(problem, starts[p], starts[p + 1], p);
        }
        return problem;
    }

    private static int[] range(int end) {
        int[] range = new int[end];
        Arrays.setAll(range, i -> i);
        return range;
    }

    private static int[][] identity(int size) {
        int[][] identity = new int[size][];
        Arrays.setAll(identity, i -> new int[] {i});
        return identity;
    }
}
