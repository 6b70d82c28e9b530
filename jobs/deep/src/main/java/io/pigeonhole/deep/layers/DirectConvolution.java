package io.pigeonhole.deep.layers;

import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A two-dimensional convolution whose passes are one native operation each ({@code conv2d}, {@code conv2d_bp}), which
 * oneDNN computes where it is among the natives. Deeplearning4j's own layer unrolls the images into a matrix instead, in
 * permuted arrays, and is ten times slower. Parameters are those of that layer: weights {@code [out, in, height, width]}
 * and a bias for each filter.
 */
public final class DirectConvolution extends ConvolutionLayer {

    private static final long serialVersionUID = 1L;

    /** For Jackson. */
    @SuppressWarnings("unused")
    private DirectConvolution() {}

    private DirectConvolution(Builder builder) {
        super(builder);
        initializeConstraints(builder);
        setCnn2dDataFormat(builder.format);
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> trainingListeners,
            int layerIndex,
            INDArray layerParamsView,
            boolean initializeParams,
            DataType networkDataType) {
        DirectConvolutionLayer layer = new DirectConvolutionLayer(conf, networkDataType);
        layer.setListeners(trainingListeners);
        layer.setIndex(layerIndex);
        layer.setParamsViewArray(layerParamsView);
        Map<String, INDArray> table = initializer().init(conf, layerParamsView, initializeParams);
        layer.setParamTable(table);
        layer.setConf(conf);
        return layer;
    }

    /** As the builder of the layer that this one stands in for. */
    public static final class Builder extends ConvolutionLayer.BaseConvBuilder<Builder> {

        private CNN2DFormat format = CNN2DFormat.NCHW;

        public Builder(int... kernelSize) {
            super(kernelSize);
        }

        /** Order of the images' axes; channels first unless told otherwise. */
        public Builder dataFormat(CNN2DFormat newFormat) {
            format = newFormat;
            return this;
        }

        @Override
        protected boolean allowCausal() {
            return false;
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as it is declared there
        public <E extends org.deeplearning4j.nn.conf.layers.Layer> E build() {
            return (E) new DirectConvolution(this);
        }
    }
}
