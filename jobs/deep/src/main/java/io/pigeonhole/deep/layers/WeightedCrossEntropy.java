package io.pigeonhole.deep.layers;

import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The cross-entropy of a softmax over the output layer's units, where the labels of a row add up to its weight.
 * Deeplearning4j's own takes weights as a mask, which output layers then apply twice: rows of weight 2 would move parameters
 * four times as far.
 */
public final class WeightedCrossEntropy implements ILossFunction {

    private static final long serialVersionUID = 1L;

    /** Of a probability, so that its logarithm is finite. */
    private static final double LEAST = 1e-10;

    @Override
    public double computeScore(
            INDArray labels, INDArray preOutput, IActivation activation, @Nullable INDArray mask, boolean average) {
        double sum = computeScoreArray(labels, preOutput, activation, mask)
                .sumNumber()
                .doubleValue();
        return average ? sum / labels.size(0) : sum;
    }

    @Override
    public INDArray computeScoreArray(
            INDArray labels, INDArray preOutput, IActivation activation, @Nullable INDArray mask) {
        INDArray probabilities = softmax(preOutput, activation);
        // not by max: a probability that is no number must stay one
        INDArray logarithms = Transforms.log(probabilities.addi(LEAST), false);
        return logarithms.muli(labels).sum(true, 1).negi();
    }

    @Override
    public INDArray computeGradient(
            INDArray labels, INDArray preOutput, IActivation activation, @Nullable INDArray mask) {
        return softmax(preOutput, activation)
                .muliColumnVector(labels.sum(true, 1))
                .subi(labels);
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels, INDArray preOutput, IActivation activation, @Nullable INDArray mask, boolean average) {
        return new Pair<>(
                computeScore(labels, preOutput, activation, mask, average),
                computeGradient(labels, preOutput, activation, mask));
    }

    private static INDArray softmax(INDArray preOutput, IActivation activation) {
        if (!(activation instanceof ActivationIdentity)) {
            throw new IllegalStateException("the output layer's activation must be the identity, not " + activation);
        }
        return new ActivationSoftmax().getActivation(preOutput.dup(), true);
    }

    @Override
    public String name() {
        return "WeightedCrossEntropy";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WeightedCrossEntropy;
    }

    @Override
    public int hashCode() {
        return 1;
    }
}
