package io.pigeonhole.deep.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DirectConvolutionTest {

    @ParameterizedTest
    @EnumSource
    void computesWhatDeeplearning4jsOwnLayerDoes(CNN2DFormat format) {
        for (ConvolutionMode mode : new ConvolutionMode[] {ConvolutionMode.Same, ConvolutionMode.Truncate}) {
            MultiLayerNetwork own = network(direct(format, mode, 5), direct(format, mode, 7), format);
            MultiLayerNetwork theirs = network(unrolled(format, mode, 5), unrolled(format, mode, 7), format);
            own.setParams(theirs.params());
            Nd4j.getRandom().setSeed(1);
            long[] shape = format == CNN2DFormat.NHWC ? new long[] {4, 9, 8, 2} : new long[] {4, 2, 9, 8};
            INDArray images = Nd4j.rand(DataType.FLOAT, shape);
            INDArray labels = Nd4j.zeros(DataType.FLOAT, 4, 3);
            for (int i = 0; i < 4; i++) {
                labels.putScalar(i, i % 3, 1);
            }
            assertThat(numbers(own.output(images))).containsExactly(numbers(theirs.output(images)), within(1e-5f));
            assertThat(gradient(own, images, labels)).containsExactly(gradient(theirs, images, labels), within(1e-4f));
        }
    }

    private static float[] gradient(MultiLayerNetwork network, INDArray images, INDArray labels) {
        network.setInput(images);
        network.setLabels(labels);
        network.computeGradientAndScore();
        return numbers(network.getFlattenedGradients());
    }

    private static float[] numbers(INDArray array) {
        return array.dup('c').data().asFloat();
    }

    private static Layer direct(CNN2DFormat format, ConvolutionMode mode, int filters) {
        return new DirectConvolution.Builder(3, 3)
                .dataFormat(format)
                .convolutionMode(mode)
                .nOut(filters)
                .activation(Activation.RELU)
                .<DirectConvolution>build();
    }

    private static Layer unrolled(CNN2DFormat format, ConvolutionMode mode, int filters) {
        return new ConvolutionLayer.Builder(3, 3)
                .dataFormat(format)
                .convolutionMode(mode)
                .nOut(filters)
                .activation(Activation.RELU)
                .build();
    }

    /** By way of its JSON, as it is saved. */
    private static MultiLayerNetwork network(Layer first, Layer second, CNN2DFormat format) {
        MultiLayerConfiguration configuration = new NeuralNetConfiguration.Builder()
                .seed(7)
                .list()
                .layer(first)
                .layer(new SubsamplingLayer.Builder(PoolingType.MAX)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .dataFormat(format)
                        .build())
                .layer(second)
                .layer(new OutputLayer.Builder()
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(9, 8, 2, format))
                .build();
        MultiLayerNetwork network = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(configuration.toJson()));
        network.init();
        return network;
    }
}
