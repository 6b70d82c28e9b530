package io.pigeonhole.deep.network;

import io.pigeonhole.deep.layers.HierarchicalCrossEntropy;
import io.pigeonhole.deep.layers.WeightedCrossEntropy;
import io.pigeonhole.transforms.DecisionNodes;
import io.pigeonhole.transforms.Taxonomy;
import java.io.Serializable;
import java.util.Arrays;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** How the units of a network's last layer become probabilities of the classes, and how labels become their targets. */
public sealed interface Head extends Serializable {

    /** The name in configurations and files. */
    String code();

    int classes();

    /** Units of the last layer. */
    int units();

    /** What there is one unit for. */
    String unit();

    ILossFunction loss();

    /**
     * Writes a row's labels, which add up to its weight in each decision that the row takes part in.
     *
     * @param at where the row's units begin
     * @param smoothing share of the weight that is spread evenly over all that the decision is between
     */
    void label(float[] labels, int at, LabelledInput example, double smoothing);

    /** Probabilities of the classes, by row, from what the last layer gives, its margins; row by row. */
    float[] probabilities(float[] margins);

    /**
     * How little each row is like those of any class: minus the largest margin of a class, as of linear models, where the
     * margins of each decision are taken from their mean. A softmax does not change if all its margins rise by the same, so
     * training leaves the mean to chance. The margin of a class in a taxonomy is the sum of those on its path.
     *
     * @param margins what the last layer gives, row by row
     */
    double[] unknownScores(float[] margins);

    /**
     * The head of a name.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    static Head of(String code, Taxonomy taxonomy) {
        return switch (code) {
            case "softmax" -> new Softmax(taxonomy.labels().size());
            case "hierarchical" -> new Hierarchical(new DecisionNodes(taxonomy));
            default -> throw new IllegalArgumentException("head must be softmax or hierarchical, not " + code);
        };
    }

    /** One softmax over all classes. */
    record Softmax(int classes) implements Head {

        @Override
        public String code() {
            return "softmax";
        }

        @Override
        public int units() {
            return classes;
        }

        @Override
        public String unit() {
            return "classes";
        }

        @Override
        public ILossFunction loss() {
            return new WeightedCrossEntropy();
        }

        @Override
        public void label(float[] labels, int at, LabelledInput example, double smoothing) {
            decide(labels, at, at + classes, at + example.label(), example.weight(), smoothing);
        }

        /** By the operation of Deeplearning4j's output layers: other orders of the sum would change the last bits. */
        @Override
        public float[] probabilities(float[] margins) {
            INDArray array = Nd4j.create(margins.clone(), new long[] {margins.length / classes, classes}, 'c');
            return new ActivationSoftmax()
                    .getActivation(array, false)
                    .dup('c')
                    .data()
                    .asFloat();
        }

        @Override
        public double[] unknownScores(float[] margins) {
            double[] scores = new double[margins.length / classes];
            for (int row = 0; row < scores.length; row++) {
                double largest = Double.NEGATIVE_INFINITY;
                for (int unit = row * classes; unit < (row + 1) * classes; unit++) {
                    largest = Math.max(largest, margins[unit]);
                }
                scores[row] = mean(margins, row * classes, (row + 1) * classes) - largest;
            }
            return scores;
        }
    }

    /**
     * One softmax at each node of a taxonomy with a choice between children: a unit for each of these children. A class
     * has the product of the shares on its path, and a row takes part in the decisions on the path of its class.
     */
    record Hierarchical(DecisionNodes nodes) implements Head {

        @Override
        public String code() {
            return "hierarchical";
        }

        @Override
        public int classes() {
            return nodes.classes();
        }

        @Override
        public int units() {
            return nodes.children();
        }

        @Override
        public String unit() {
            return "children of the taxonomy's nodes with two or more";
        }

        @Override
        public ILossFunction loss() {
            return new HierarchicalCrossEntropy(nodes);
        }

        @Override
        public void label(float[] labels, int at, LabelledInput example, double smoothing) {
            for (int child : nodes.path(example.label())) {
                int node = nodes.node(child);
                decide(labels, at + nodes.start(node), at + nodes.end(node), at + child, example.weight(), smoothing);
            }
        }

        @Override
        public float[] probabilities(float[] margins) {
            int rows = margins.length / units();
            float[] probabilities = new float[rows * classes()];
            double[] shares = new double[units()];
            for (int row = 0; row < rows; row++) {
                shares(margins, row * units(), shares);
                double[] ofRow = nodes.probabilities(shares);
                for (int k = 0; k < ofRow.length; k++) {
                    probabilities[row * ofRow.length + k] = (float) ofRow[k];
                }
            }
            return probabilities;
        }

        @Override
        public double[] unknownScores(float[] margins) {
            double[] scores = new double[margins.length / units()];
            double[] centred = new double[units()];
            for (int row = 0; row < scores.length; row++) {
                centre(margins, row * units(), centred);
                double largest = Double.NEGATIVE_INFINITY;
                for (int k = 0; k < classes(); k++) {
                    double margin = 0;
                    for (int child : nodes.path(k)) {
                        margin += centred[child];
                    }
                    largest = Math.max(largest, margin);
                }
                scores[row] = -largest;
            }
            return scores;
        }

        private void centre(float[] margins, int at, double[] centred) {
            for (int node = 0; node < nodes.size(); node++) {
                double mean = mean(margins, at + nodes.start(node), at + nodes.end(node));
                for (int child = nodes.start(node); child < nodes.end(node); child++) {
                    centred[child] = margins[at + child] - mean;
                }
            }
        }

        private void shares(float[] margins, int at, double[] shares) {
            for (int node = 0; node < nodes.size(); node++) {
                double logSum =
                        HierarchicalCrossEntropy.logSumExp(margins, at + nodes.start(node), at + nodes.end(node));
                for (int child = nodes.start(node); child < nodes.end(node); child++) {
                    shares[child] = Math.exp(margins[at + child] - logSum);
                }
            }
        }
    }

    private static double mean(float[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        return sum / (to - from);
    }

    private static void decide(float[] labels, int from, int to, int right, float weight, double smoothing) {
        Arrays.fill(labels, from, to, (float) (weight * smoothing / (to - from)));
        labels[right] += (float) (weight * (1 - smoothing));
    }
}
