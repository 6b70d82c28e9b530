package io.pigeonhole.transforms;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The decisions on the path to a class: one at each node of the taxonomy that has several children, in the order of
 * {@link Taxonomy#children()}. Converts class probabilities to shares of the children within each node, and back: the
 * probability of a class is the product of the shares on its path, so the probabilities of children add up to that of
 * their node. A flat taxonomy is one decision between all classes.
 *
 * <p>One array holds the children of all nodes; the children of a node are adjacent.
 */
public final class DecisionNodes implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Taxonomy taxonomy;
    private final List<String> names;
    private final int[] starts;
    private final int[] nodeOfChild;
    private final int[][] paths;

    public DecisionNodes(Taxonomy taxonomy) {
        this.taxonomy = taxonomy;
        List<String> nodes = new ArrayList<>();
        List<Integer> nodeOf = new ArrayList<>();
        List<Integer> firsts = new ArrayList<>(List.of(0));
        Map<List<String>, Integer> childOf = new HashMap<>();
        taxonomy.children().forEach((node, children) -> {
            if (children.size() > 1) {
                for (String child : children) {
                    childOf.put(List.of(node, child), nodeOf.size());
                    nodeOf.add(nodes.size());
                }
                nodes.add(node);
                firsts.add(nodeOf.size());
            }
        });
        this.names = List.copyOf(nodes);
        this.starts = firsts.stream().mapToInt(Integer::intValue).toArray();
        this.nodeOfChild = nodeOf.stream().mapToInt(Integer::intValue).toArray();
        this.paths = taxonomy.labels().stream()
                .map(label -> steps(taxonomy, label).stream()
                        .map(childOf::get)
                        .filter(Objects::nonNull)
                        .mapToInt(Integer::intValue)
                        .sorted()
                        .toArray())
                .toArray(int[][]::new);
    }

    /**
     * (node, child) pairs on the path of a class from the root; the path of a label that is an inner node ends in
     * itself.
     */
    private static List<List<String>> steps(Taxonomy taxonomy, String label) {
        List<List<String>> steps = new ArrayList<>();
        String node = "";
        for (String child : taxonomy.path(label).orElseThrow()) {
            steps.add(List.of(node, child));
            node = child;
        }
        steps.add(List.of(label, label));
        return steps;
    }

    public Taxonomy taxonomy() {
        return taxonomy;
    }

    /** Number of nodes. */
    public int size() {
        return names.size();
    }

    /** Number of children, of all nodes together. */
    public int children() {
        return nodeOfChild.length;
    }

    /** Number of classes. */
    public int classes() {
        return paths.length;
    }

    /** Names of the nodes; the root's is empty. */
    public List<String> names() {
        return names;
    }

    /** First child of a node. */
    public int start(int node) {
        return starts[node];
    }

    /** The index after the last child of a node. */
    public int end(int node) {
        return starts[node + 1];
    }

    /** The node of a child. */
    public int node(int child) {
        return nodeOfChild[child];
    }

    /** The children on the path of a class, at most one of each node, ascending. */
    public int[] path(int label) {
        return paths[label].clone();
    }

    /**
     * Shares of the children within their nodes, from the class probabilities; equal shares at a node of probability
     * zero.
     */
    public double[] shares(double[] probabilities) {
        double[] shares = new double[children()];
        for (int label = 0; label < probabilities.length; label++) {
            for (int child : paths[label]) {
                shares[child] += probabilities[label];
            }
        }
        for (int node = 0; node < size(); node++) {
            scaleToOne(shares, start(node), end(node));
        }
        return shares;
    }

    /** Probabilities of the classes from the shares of the children. */
    public double[] probabilities(double[] shares) {
        double[] probabilities = new double[classes()];
        for (int label = 0; label < probabilities.length; label++) {
            probabilities[label] = 1;
            for (int child : paths[label]) {
                probabilities[label] *= shares[child];
            }
        }
        return probabilities;
    }

    /** Scales a range of an array to the sum one; a range of sum zero gets equal values. */
    public static void scaleToOne(double[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        for (int i = from; i < to; i++) {
            values[i] = sum > 0 ? values[i] / sum : 1.0 / (to - from);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DecisionNodes that && taxonomy.equals(that.taxonomy);
    }

    @Override
    public int hashCode() {
        return taxonomy.hashCode();
    }

    /** The full state: equal texts mean equal decisions. */
    @Override
    public String toString() {
        return "DecisionNodes" + taxonomy.paths();
    }
}
