package io.pigeonhole.training;

import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.transforms.Taxonomy;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where each column of a hierarchical layout leads: to a class, or to the next node with a choice. A node with one child
 * is passed through; a class that is an inner node as well is a child of itself.
 *
 * @param root where the descent begins
 * @param next where each column leads: a problem, or a class as its complement
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TreeDescent(int root, int[] next) implements Serializable {

    static TreeDescent of(Taxonomy tree, Layout layout) {
        Map<String, List<String>> children = tree.children();
        Map<String, Integer> problemOf = new HashMap<>();
        children.forEach((node, below) -> {
            if (below.size() > 1) {
                problemOf.put(node, problemOf.size());
            }
        });
        int[] next = new int[layout.columns()];
        int column = 0;
        for (Map.Entry<String, List<String>> node : children.entrySet()) {
            for (String child : node.getValue().size() > 1 ? node.getValue() : List.<String>of()) {
                next[column++] = target(tree, children, problemOf, node.getKey(), child);
            }
        }
        return new TreeDescent(target(tree, children, problemOf, null, ""), next);
    }

    /** Where a child leads, through nodes without a choice. */
    private static int target(
            Taxonomy tree,
            Map<String, List<String>> children,
            Map<String, Integer> problemOf,
            @Nullable String parent,
            String child) {
        String from = parent;
        String node = child;
        List<String> below = children.getOrDefault(node, List.of());
        while (!node.equals(from) && !below.isEmpty()) {
            Integer problem = problemOf.get(node);
            if (problem != null) {
                return problem;
            }
            from = node;
            node = below.get(0);
            below = children.getOrDefault(node, List.of());
        }
        return ~Collections.binarySearch(tree.labels(), node);
    }

    /** Fills a problem's columns with the probabilities of its children, given the node. */
    @FunctionalInterface
    interface Children {
        /** @param probabilities to fill, one for each of the problem's columns */
        void fill(int problem, double[] probabilities);
    }

    /** Takes the probability of a class. */
    @FunctionalInterface
    interface Reached {
        void at(int label, double probability);
    }

    /**
     * Walks down from the root, level by level, and keeps to the most probable nodes of each level; ties go to the one that
     * comes first.
     *
     * @param width most nodes of a level that are followed; 0 for all
     */
    void down(Layout layout, int width, Children children, Reached reached) {
        if (root < 0) {
            reached.at(~root, 1);
            return;
        }
        int[] nodes = {root};
        double[] probabilities = {1};
        while (nodes.length > 0) {
            int wide = Arrays.stream(nodes)
                    .map(node -> layout.end(node) - layout.start(node))
                    .sum();
            int[] below = new int[wide];
            double[] belowProbabilities = new double[wide];
            int count = 0;
            for (int i = 0; i < nodes.length; i++) {
                double[] shares = new double[layout.end(nodes[i]) - layout.start(nodes[i])];
                children.fill(nodes[i], shares);
                for (int c = 0; c < shares.length; c++) {
                    int target = next[layout.start(nodes[i]) + c];
                    double probability = probabilities[i] * shares[c];
                    if (target < 0) {
                        reached.at(~target, probability);
                    } else {
                        below[count] = target;
                        belowProbabilities[count++] = probability;
                    }
                }
            }
            int[] followed = most(belowProbabilities, count, width);
            nodes = Arrays.stream(followed).map(i -> below[i]).toArray();
            probabilities = Arrays.stream(followed)
                    .mapToDouble(i -> belowProbabilities[i])
                    .toArray();
        }
    }

    /** Places of the largest values, in their order; all where there are no more. */
    private static int[] most(double[] values, int count, int width) {
        int[] places = new int[count];
        Arrays.setAll(places, i -> i);
        if (width == 0 || count <= width) {
            return places;
        }
        return Arrays.stream(places)
                .boxed()
                .sorted((a, b) -> Double.compare(values[b], values[a]))
                .limit(width)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
    }
}
