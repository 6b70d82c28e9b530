package io.pigeonhole.deep.layers;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.ConvolutionUtils;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** What computes a {@link DirectConvolution}. */
final class DirectConvolutionLayer extends ConvolutionLayer {

    private static final long serialVersionUID = 1L;

    /** Weights are {@code [out, in, height, width]}. */
    private static final int WEIGHT_FORMAT = 1;

    DirectConvolutionLayer(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    /** No helper of Deeplearning4j, which would replace this layer's own computation. */
    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        applyDropOutIfNecessary(training, workspaces);
        INDArray output = convolved(ArrayType.ACTIVATIONS, workspaces);
        return layerConf().getActivationFn().getActivation(output, training);
    }

    private INDArray convolved(ArrayType type, LayerWorkspaceMgr workspaces) {
        INDArray images = contiguous(input);
        INDArray output = workspaces.createUninitialized(type, images.dataType(), outputShape(images), 'c');
        INDArray[] inputs = hasBias() ? new INDArray[] {images, weights(), bias()} : new INDArray[] {images, weights()};
        run("conv2d", inputs, output);
        return output;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        INDArray z = convolved(ArrayType.BP_WORKING_MEM, workspaces);
        INDArray delta =
                contiguous(layerConf().getActivationFn().backprop(z, epsilon).getFirst());
        INDArray images = contiguous(input);
        INDArray ofImages =
                workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, images.dataType(), images.shape(), 'c');
        INDArray ofWeights = requireNonNull(gradientViews.get(ConvolutionParamInitializer.WEIGHT_KEY));
        Gradient gradient = new DefaultGradient();
        gradient.setGradientFor(ConvolutionParamInitializer.WEIGHT_KEY, ofWeights, 'c');
        if (hasBias()) {
            INDArray ofBias = requireNonNull(gradientViews.get(ConvolutionParamInitializer.BIAS_KEY));
            gradient.setGradientFor(ConvolutionParamInitializer.BIAS_KEY, ofBias);
            INDArray[] inputs = {images, weights(), bias(), delta};
            run("conv2d_bp", inputs, ofImages, ofWeights, flat(ofBias));
        } else {
            run("conv2d_bp", new INDArray[] {images, weights(), delta}, ofImages, ofWeights);
        }
        weightNoiseParams.clear();
        return new Pair<>(gradient, backpropDropOutIfPresent(ofImages));
    }

    private void run(String operation, INDArray[] inputs, INDArray... outputs) {
        Nd4j.exec(DynamicCustomOp.builder(operation)
                .addInputs(inputs)
                .addOutputs(outputs)
                .addIntegerArguments(arguments())
                .build());
    }

    private INDArray weights() {
        return requireNonNull(params.get(ConvolutionParamInitializer.WEIGHT_KEY));
    }

    private INDArray bias() {
        return flat(requireNonNull(params.get(ConvolutionParamInitializer.BIAS_KEY)));
    }

    /** A view, not a copy. */
    private static INDArray flat(INDArray row) {
        return row.reshape(row.length());
    }

    private static INDArray contiguous(INDArray array) {
        return Arrays.equals(array.stride(), Nd4j.getStrides(array.shape(), 'c')) ? array : array.dup('c');
    }

    private boolean isSame() {
        return layerConf().getConvolutionMode() == ConvolutionMode.Same;
    }

    private boolean isChannelsLast() {
        return layerConf().getCnn2dDataFormat() == CNN2DFormat.NHWC;
    }

    private long[] outputShape(INDArray images) {
        int[] kernel = layerConf().getKernelSize();
        int[] size = ConvolutionUtils.getOutputSize(
                images,
                kernel,
                layerConf().getStride(),
                isSame() ? null : layerConf().getPadding(),
                layerConf().getConvolutionMode(),
                layerConf().getDilation(),
                layerConf().getCnn2dDataFormat());
        long filters = layerConf().getNOut();
        return isChannelsLast()
                ? new long[] {images.size(0), size[0], size[1], filters}
                : new long[] {images.size(0), filters, size[0], size[1]};
    }

    private int[] arguments() {
        int[] kernel = layerConf().getKernelSize();
        int[] stride = layerConf().getStride();
        int[] padding = layerConf().getPadding();
        int[] dilation = layerConf().getDilation();
        return new int[] {
            kernel[0],
            kernel[1],
            stride[0],
            stride[1],
            padding[0],
            padding[1],
            dilation[0],
            dilation[1],
            isSame() ? 1 : 0,
            isChannelsLast() ? 1 : 0,
            WEIGHT_FORMAT
        };
    }
}
