package io.pigeonhole.deep.network;

import io.pigeonhole.deep.devices.Natives;
import io.pigeonhole.deep.layers.TableInputLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network that learns and predicts, of one thread at a time. Its parameters are one array: those of the graph, then
 * the rows of the table that sparse inputs and tokens are looked up in.
 */
public final class Network {

    private final NetworkPlan plan;
    private final ComputationGraph graph;
    private final int denseSize;
    private final ParameterKind[] kinds;
    private final InputArrays arrays;
    private final Gradients gradients;
    private float[] parameters = {};

    public Network(NetworkPlan plan) {
        this.plan = plan;
        Natives.limitThreads();
        Nd4j.getRandom().setSeed(plan.seed());
        graph = Graphs.build(plan);
        denseSize = (int) graph.numParams();
        kinds = kinds(graph, denseSize);
        arrays = new InputArrays(plan, denseSize);
        gradients = new Gradients(new float[denseSize], new TouchedRows(plan.tableRows(), plan.tableWidth()));
    }

    /** Number of parameters. */
    public int size() {
        return denseSize + plan.tableSize();
    }

    /** Number of the graph's parameters, which come first. */
    public int denseSize() {
        return denseSize;
    }

    /** How each of the graph's parameters moves. */
    public ParameterKind[] kinds() {
        return kinds;
    }

    /** The parameters that training starts from. */
    public float[] initial() {
        float[] initial = new float[size()];
        if (denseSize > 0) {
            Natives.copy(graph.params(), initial);
        }
        plan.initialise(initial, denseSize);
        return initial;
    }

    /** Takes over parameters; of the table's, later changes in the same array are seen. */
    public void load(float[] newParameters) {
        if (newParameters.length != size()) {
            throw new IllegalArgumentException(
                    newParameters.length + " parameters for a network that has " + size() + " of them");
        }
        parameters = newParameters;
        if (denseSize > 0) {
            Natives.copy(newParameters, graph.params());
        }
    }

    /**
     * The gradient of the mean loss of a mini-batch, at the parameters loaded last; it is overwritten by the next.
     *
     * @param smoothing share of a row's weight that is spread evenly over all that a decision is between
     * @param seed of what is drawn: units left out, images moved
     * @return the mean loss
     */
    public Step gradient(List<LabelledInput> batch, double smoothing, long seed) {
        int rows = batch.size();
        List<NetworkInput> inputs = batch.stream().map(LabelledInput::input).toList();
        Nd4j.getRandom().setSeed(seed);
        graph.setInputs(arrays.training(inputs, parameters, seed));
        graph.setLabels(labels(batch, smoothing));
        graph.computeGradientAndScore();
        double loss = graph.score();
        float[] dense = gradients.dense();
        if (denseSize > 0) {
            Natives.copy(graph.getFlattenedGradients(), dense);
        }
        for (int i = 0; i < denseSize; i++) {
            dense[i] = kinds[i] == ParameterKind.STATISTIC ? dense[i] : dense[i] / rows;
        }
        gradients.table().clear();
        if (plan.tableSize() > 0) {
            arrays.addToTable(inputs, tableInput().received(), 1f / rows, gradients.table());
        }
        graph.clear();
        return new Step(loss, gradients);
    }

    /** A mini-batch's mean loss and its gradient. */
    public record Step(double loss, Gradients gradients) {}

    /** Probabilities of the classes, by row. */
    public float[] probabilities(List<NetworkInput> inputs) {
        return plan.head().probabilities(margins(inputs));
    }

    /** Probabilities of rows and how little they are like any class, both from one pass through the network. */
    public Outputs outputs(List<NetworkInput> inputs) {
        float[] margins = margins(inputs);
        return new Outputs(plan.head().probabilities(margins), plan.head().unknownScores(margins));
    }

    /**
     * What a network gives of rows.
     *
     * @param probabilities of the classes, by row
     * @param unknownScores how little each row is like those of any class
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Outputs(float[] probabilities, double[] unknownScores) {}

    private float[] margins(List<NetworkInput> inputs) {
        INDArray output = graph.outputSingle(false, arrays.inference(inputs, parameters));
        return output.dup('c').data().asFloat();
    }

    private TableInputLayer tableInput() {
        return (TableInputLayer) Arrays.stream(graph.getLayers())
                .filter(TableInputLayer.class::isInstance)
                .findFirst()
                .orElseThrow();
    }

    private INDArray labels(List<LabelledInput> batch, double smoothing) {
        int units = plan.head().units();
        float[] labels = new float[batch.size() * units];
        for (int i = 0; i < batch.size(); i++) {
            plan.head().label(labels, i * units, batch.get(i), smoothing);
        }
        return Nd4j.create(labels, new long[] {batch.size(), units}, 'c');
    }

    /** The graph's parameters lie in the order of its vertices. */
    private static ParameterKind[] kinds(ComputationGraph graph, int size) {
        List<ParameterKind> kinds = new ArrayList<>(size);
        for (int place : graph.topologicalSortOrder()) {
            GraphVertex vertex = graph.getVertices()[place];
            if (vertex.hasLayer()) {
                Layer layer = vertex.getLayer();
                boolean normalises = layer.conf().getLayer() instanceof BatchNormalization;
                for (Map.Entry<String, INDArray> parameter :
                        layer.paramTable(false).entrySet()) {
                    ParameterKind kind = kind(parameter.getKey(), normalises);
                    for (long i = 0; i < parameter.getValue().length(); i++) {
                        kinds.add(kind);
                    }
                }
            }
        }
        if (kinds.size() != size) {
            throw new IllegalStateException(kinds.size() + " parameters in layers, " + size + " in the graph");
        }
        return kinds.toArray(ParameterKind[]::new);
    }

    private static ParameterKind kind(String key, boolean normalises) {
        if (normalises) {
            return key.equals("mean") || key.equals("var") || key.equals("log10stdev")
                    ? ParameterKind.STATISTIC
                    : ParameterKind.BIAS;
        }
        return key.startsWith("b") ? ParameterKind.BIAS : ParameterKind.WEIGHT;
    }
}
