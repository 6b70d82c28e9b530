package io.pigeonhole.deep.layers;

import io.pigeonhole.transforms.DecisionNodes;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * The sum over nodes of a taxonomy of the cross-entropy of a softmax over the node's children, whose margins the output
 * layer's units are. The labels of a row add up to its weight in each node on its path, and are zero in the others, which
 * then neither cost anything nor move.
 */
public final class HierarchicalCrossEntropy implements ILossFunction {

    private static final long serialVersionUID = 1L;

    private final DecisionNodes nodes;

    public HierarchicalCrossEntropy(DecisionNodes nodes) {
        this.nodes = nodes;
    }

    /** The log of the sum of exponentials of a stretch of an array; no number where one of these is none. */
    public static double logSumExp(float[] margins, int from, int to) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, margins[i]);
        }
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += Math.exp(margins[i] - largest);
        }
        return largest + Math.log(sum);
    }

    @Override
    public double computeScore(
            INDArray labels, INDArray preOutput, IActivation activation, @Nullable INDArray mask, boolean average) {
        double sum = 0;
        for (double loss : losses(labels, preOutput, activation)) {
            sum += loss;
        }
        return average ? sum / labels.size(0) : sum;
    }

    @Override
    public INDArray computeScoreArray(
            INDArray labels, INDArray preOutput, IActivation activation, @Nullable INDArray mask) {
        double[] losses = losses(labels, preOutput, activation);
        return Nd4j.createFromArray(losses).reshape(losses.length, 1).castTo(preOutput.dataType());
    }

    /** Of each row. */
    private double[] losses(INDArray labels, INDArray preOutput, IActivation activation) {
        double[] losses = new double[Math.toIntExact(labels.size(0))];
        decisions(labels, preOutput, activation, (row, from, to, weight, wanted, margins) -> {
            double logSum = logSumExp(margins, from, to);
            for (int i = from; i < to; i++) {
                losses[row] += wanted[i] * (logSum - margins[i]);
            }
        });
        return losses;
    }

    /** By the margins: of a node on the row's path the row's weight times the children's shares, less the labels. */
    @Override
    public INDArray computeGradient(
            INDArray labels, INDArray preOutput, IActivation activation, @Nullable INDArray mask) {
        float[] gradient = new float[Math.toIntExact(labels.length())];
        decisions(labels, preOutput, activation, (row, from, to, weight, wanted, margins) -> {
            double logSum = logSumExp(margins, from, to);
            for (int i = from; i < to; i++) {
                gradient[i] = (float) (weight * Math.exp(margins[i] - logSum) - wanted[i]);
            }
        });
        return Nd4j.create(gradient, labels.shape(), 'c');
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels, INDArray preOutput, IActivation activation, @Nullable INDArray mask, boolean average) {
        return new Pair<>(
                computeScore(labels, preOutput, activation, mask, average),
                computeGradient(labels, preOutput, activation, mask));
    }

    /** Something to do with a row's decision at a node: its children's places are those from {@code from} to {@code to}. */
    private interface Decision {
        void take(int row, int from, int to, double weight, float[] labels, float[] margins);
    }

    /** Goes through the decisions that rows take part in. */
    private void decisions(INDArray labels, INDArray preOutput, IActivation activation, Decision decision) {
        if (!(activation instanceof ActivationIdentity)) {
            throw new IllegalStateException("the output layer's activation must be the identity, not " + activation);
        }
        float[] wanted = labels.dup('c').data().asFloat();
        float[] margins = preOutput.dup('c').data().asFloat();
        int width = nodes.children();
        for (int start = 0; start < wanted.length; start += width) {
            for (int node = 0; node < nodes.size(); node++) {
                int from = start + nodes.start(node);
                int to = start + nodes.end(node);
                double weight = 0;
                for (int i = from; i < to; i++) {
                    weight += wanted[i];
                }
                if (weight != 0) {
                    decision.take(start / width, from, to, weight, wanted, margins);
                }
            }
        }
    }

    @Override
    public String name() {
        return "HierarchicalCrossEntropy";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HierarchicalCrossEntropy that && nodes.equals(that.nodes);
    }

    @Override
    public int hashCode() {
        return nodes.hashCode();
    }
}
