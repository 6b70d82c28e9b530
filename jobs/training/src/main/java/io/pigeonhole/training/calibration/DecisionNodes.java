package io.pigeonhole.training.calibration;

import io.pigeonhole.training.solver.Layout;
import io.pigeonhole.transforms.Taxonomy;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The decisions on the way to a class: one at each node of the taxonomy with a choice between children. Probabilities of
 * classes become shares of children within each node, and back: a class has the product of the shares on its path. A flat
 * taxonomy is one decision between all classes.
 *
 * <p>Children of all nodes stand side by side in one array, the children of a node next to each other.
 */
final class DecisionNodes implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Taxonomy taxonomy;
    private final Layout layout;
    private final List<String> names;
    private final int[] nodeOfChild;

    DecisionNodes(Taxonomy taxonomy) {
        this.taxonomy = taxonomy;
        this.layout = Layout.hierarchical(taxonomy);
        this.names = taxonomy.children().entrySet().stream()
                .filter(node -> node.getValue().size() > 1)
                .map(Map.Entry::getKey)
                .toList();
        this.nodeOfChild = new int[layout.columns()];
        for (int node = 0; node < layout.problems(); node++) {
            Arrays.fill(nodeOfChild, layout.start(node), layout.end(node), node);
        }
    }

    Taxonomy taxonomy() {
        return taxonomy;
    }

    /** A problem for each node, with a column for each child. */
    Layout layout() {
        return layout;
    }

    int size() {
        return layout.problems();
    }

    /** Names of the nodes; the root's is empty. */
    List<String> names() {
        return names;
    }

    /** First child of a node. */
    int start(int node) {
        return layout.start(node);
    }

    /** The place behind the last child of a node. */
    int end(int node) {
        return layout.end(node);
    }

    int node(int child) {
        return nodeOfChild[child];
    }

    /** The children on the path of a class, at most one of each node. */
    int[] path(int label) {
        return layout.targets(label);
    }

    /** Shares of the children within their nodes, from the probabilities of the classes; even where a node has none. */
    double[] shares(double[] probabilities) {
        double[] shares = new double[layout.columns()];
        for (int label = 0; label < probabilities.length; label++) {
            for (int child : path(label)) {
                shares[child] += probabilities[label];
            }
        }
        for (int node = 0; node < size(); node++) {
            scaleToOne(shares, start(node), end(node));
        }
        return shares;
    }

    /** Probabilities of the classes from the shares of the children. */
    double[] probabilities(double[] shares) {
        double[] probabilities = new double[layout.classes()];
        for (int label = 0; label < probabilities.length; label++) {
            probabilities[label] = 1;
            for (int child : path(label)) {
                probabilities[label] *= shares[child];
            }
        }
        return probabilities;
    }

    static void scaleToOne(double[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        for (int i = from; i < to; i++) {
            values[i] = sum > 0 ? values[i] / sum : 1.0 / (to - from);
        }
    }
}
