package io.pigeonhole.evaluation.decisions;

import io.pigeonhole.evaluation.predictions.Block;
import io.pigeonhole.evaluation.predictions.BlockKey;
import io.pigeonhole.evaluation.predictions.SliceSets;

/**
 * Decisions in favour of or against one class: first the rows that have its label, then other rows that were predicted
 * to be of it. All columns but the first two have only the former.
 */
final class DecisionBlock extends Block {

    private static final long serialVersionUID = 1L;

    static final int HAS_CONFIDENCE = 1;
    static final int HAS_LABEL_PROBABILITY = 1 << 1;
    static final int SCORED = 1 << 2;
    static final int LISTED = 1 << 3;
    /** Stands for a row that was predicted to be of its label. */
    static final int CORRECT = -1;

    final SliceSets slices;
    final long[] units;
    /** Names of the classes that rows were predicted to be of. */
    final String[] names;
    /** Numbers of these names. */
    final int[] predicted;

    final byte[] flags;
    final double[] confidences;
    final double[] labelProbabilities;
    final double[] unlisted;
    final int[] ranks;
    final int[] ranksKnown;
    /** Shared nodes, nodes of the label, nodes of the prediction; empty without paths. */
    final int[][] nodes;

    DecisionBlock(BlockKey key, SliceSets slices, long[] units, String[] names, int labelled, boolean paths) {
        super(key);
        this.slices = slices;
        this.units = units;
        this.names = names;
        this.predicted = new int[labelled];
        this.flags = new byte[labelled];
        this.confidences = new double[labelled];
        this.labelProbabilities = new double[labelled];
        this.unlisted = new double[labelled];
        this.ranks = new int[labelled];
        this.ranksKnown = new int[labelled];
        this.nodes = new int[paths ? 3 : 0][labelled];
    }

    int labelled() {
        return predicted.length;
    }

    boolean is(int row, int flag) {
        return (flags[row] & flag) != 0;
    }

    int sharedNodes(int row) {
        return nodes.length == 0 ? 0 : nodes[0][row];
    }

    int labelNodes(int row) {
        return nodes.length == 0 ? 0 : nodes[1][row];
    }

    int predictedNodes(int row) {
        return nodes.length == 0 ? 0 : nodes[2][row];
    }

    /**
     * Number of edges between label and prediction in the tree: up from one to their common node, and down to the
     * other.
     */
    int distance(int row) {
        return labelNodes(row) + predictedNodes(row) - 2 * sharedNodes(row);
    }
}
