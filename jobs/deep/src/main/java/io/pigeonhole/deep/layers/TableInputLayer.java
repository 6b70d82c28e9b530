package io.pigeonhole.deep.layers;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What runs a {@link TableInput}. */
public final class TableInputLayer extends AbstractLayer<TableInput> {

    private static final long serialVersionUID = 1L;

    private transient float[] received = {};

    TableInputLayer(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        return workspaces.dup(ArrayType.ACTIVATIONS, input, 'c');
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        INDArray copy = workspaces.dup(ArrayType.ACTIVATION_GRAD, epsilon, 'c');
        received = copy.data().asFloat();
        return new Pair<>(new DefaultGradient(), copy);
    }

    /** The gradient of the summed loss by what came in, in C order: that of the latest backward pass. */
    public float[] received() {
        return received;
    }

    @Override
    public boolean isPretrainLayer() {
        return false;
    }

    @Override
    public void clearNoiseWeightParams() {
        // there are no parameters
    }
}
