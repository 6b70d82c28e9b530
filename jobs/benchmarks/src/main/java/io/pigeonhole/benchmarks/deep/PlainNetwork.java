package io.pigeonhole.benchmarks.deep;

import io.pigeonhole.deep.layers.DirectConvolution;
import io.pigeonhole.deep.network.NetworkSpec;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** A network of this project as a user of Deeplearning4j alone would write it. */
final class PlainNetwork {

    private PlainNetwork() {}

    /** Whose convolutions, with the order of axes that is their quickest or their default. */
    enum Convolutions {
        DEEPLEARNING4J(CNN2DFormat.NCHW) {
            @Override
            Layer layer(int kernel, int filters) {
                return new ConvolutionLayer.Builder(kernel, kernel)
                        .dataFormat(format)
                        .convolutionMode(ConvolutionMode.Same)
                        .nOut(filters)
                        .activation(Activation.RELU)
                        .build();
            }
        },
        THIS_PROJECT(CNN2DFormat.NHWC) {
            @Override
            Layer layer(int kernel, int filters) {
                return new DirectConvolution.Builder(kernel, kernel)
                        .dataFormat(format)
                        .convolutionMode(ConvolutionMode.Same)
                        .nOut(filters)
                        .activation(Activation.RELU)
                        .<DirectConvolution>build();
            }
        };

        final CNN2DFormat format;

        Convolutions(CNN2DFormat format) {
            this.format = format;
        }

        abstract Layer layer(int kernel, int filters);
    }

    static MultiLayerNetwork of(NetworkSpec.Cnn cnn, Convolutions convolutions) {
        NeuralNetConfiguration.ListBuilder layers = new NeuralNetConfiguration.Builder()
                .seed(1)
                .weightInit(WeightInit.RELU)
                .updater(new Adam(FashionTraining.LEARNING_RATE))
                .list();
        for (int filters : cnn.filters()) {
            layers.layer(convolutions.layer(cnn.kernel(), filters));
            layers.layer(new SubsamplingLayer.Builder(PoolingType.MAX)
                    .dataFormat(convolutions.format)
                    .kernelSize(2, 2)
                    .stride(2, 2)
                    .build());
        }
        layers.layer(new DenseLayer.Builder()
                .nOut(cnn.hidden())
                .activation(Activation.RELU)
                .build());
        layers.layer(new DropoutLayer(1 - cnn.dropout()));
        layers.layer(new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nOut(FashionMnist.CLASSES)
                .build());
        layers.setInputType(InputType.convolutional(cnn.height(), cnn.width(), cnn.channels(), convolutions.format));
        MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
        network.init();
        return network;
    }

    /** A mini-batch; with one channel the order of axes is a matter of shape alone. */
    static DataSet batch(byte[][] pixels, byte[][] labels, int from, int rows, Convolutions convolutions) {
        int side = FashionMnist.SIDE;
        float[] images = new float[rows * side * side];
        float[] classes = new float[rows * FashionMnist.CLASSES];
        for (int i = 0; i < rows; i++) {
            float[] image = FashionMnist.units(pixels[from + i]);
            System.arraycopy(image, 0, images, i * image.length, image.length);
            classes[i * FashionMnist.CLASSES + labels[from + i][0]] = 1;
        }
        long[] shape = convolutions.format == CNN2DFormat.NHWC
                ? new long[] {rows, side, side, 1}
                : new long[] {rows, 1, side, side};
        INDArray features = Nd4j.create(images, shape, 'c');
        return new DataSet(features, Nd4j.create(classes, new long[] {rows, FashionMnist.CLASSES}, 'c'));
    }
}
