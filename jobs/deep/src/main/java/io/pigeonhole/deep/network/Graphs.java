package io.pigeonhole.deep.network;

import io.pigeonhole.deep.layers.DirectConvolution;
import io.pigeonhole.deep.layers.TableInput;
import io.pigeonhole.transforms.PipelineException;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;

/** Plans as Deeplearning4j's graphs: one input, and one output, the margins of the units of the head. */
final class Graphs {

    private static final String INPUT = "input";
    private static final String OUTPUT = "output";

    private Graphs() {}

    /** Builds the graph, with initial parameters. */
    static ComputationGraph build(NetworkPlan plan) {
        if (plan.spec() instanceof NetworkSpec.Custom custom) {
            return custom(custom, plan);
        }
        Chain chain = new Chain(plan.seed());
        if (plan.spec() instanceof NetworkSpec.Mlp mlp) {
            mlp(chain, mlp, plan);
        } else if (plan.spec() instanceof NetworkSpec.Cnn cnn) {
            cnn(chain, cnn, plan);
        } else if (plan.spec() instanceof NetworkSpec.TextCnn text) {
            text(chain, text, plan);
        }
        return chain.build();
    }

    private static void mlp(Chain chain, NetworkSpec.Mlp mlp, NetworkPlan plan) {
        chain.input(InputType.feedForward(plan.isBag() ? plan.tableWidth() : plan.dimension()));
        if (plan.isBag()) {
            chain.add(new TableInput());
        }
        for (int i = 0; i < mlp.hidden().size(); i++) {
            if (i > 0 || !plan.isBag()) {
                chain.add(new DenseLayer.Builder()
                        .nOut(mlp.hidden().get(i))
                        .activation(Activation.IDENTITY)
                        .build());
            }
            if (mlp.batchNorm()) {
                chain.add(new BatchNormalization.Builder().build());
            }
            chain.add(new ActivationLayer(Activation.RELU));
            chain.dropout(mlp.dropout());
        }
        if (plan.isBag() && mlp.hidden().isEmpty()) {
            chain.output(new LossLayer.Builder(plan.head().loss())
                    .activation(Activation.IDENTITY)
                    .build());
        } else {
            chain.head(plan.head());
        }
    }

    private static void cnn(Chain chain, NetworkSpec.Cnn cnn, NetworkPlan plan) {
        CNN2DFormat format = CNN2DFormat.NHWC;
        chain.input(InputType.convolutional(cnn.height(), cnn.width(), cnn.channels(), format));
        for (int filters : cnn.filters()) {
            chain.add(new DirectConvolution.Builder(cnn.kernel(), cnn.kernel())
                    .dataFormat(format)
                    .convolutionMode(ConvolutionMode.Same)
                    .nOut(filters)
                    .activation(cnn.batchNorm() ? Activation.IDENTITY : Activation.RELU)
                    .<DirectConvolution>build());
            if (cnn.batchNorm()) {
                chain.add(new BatchNormalization.Builder().dataFormat(format).build());
                chain.add(new ActivationLayer(Activation.RELU));
            }
            chain.add(new SubsamplingLayer.Builder(PoolingType.MAX)
                    .dataFormat(format)
                    .kernelSize(2, 2)
                    .stride(2, 2)
                    .build());
        }
        chain.add(new DenseLayer.Builder()
                .nOut(cnn.hidden())
                .activation(Activation.RELU)
                .build());
        chain.dropout(cnn.dropout());
        chain.head(plan.head());
    }

    private static void text(Chain chain, NetworkSpec.TextCnn text, NetworkPlan plan) {
        chain.input(InputType.convolutional(text.length(), 1, text.embedding(), CNN2DFormat.NCHW));
        chain.add(new TableInput());
        List<String> pooled = text.windows().stream()
                .distinct()
                .map(window -> chain.branch(
                        "window" + window,
                        new DirectConvolution.Builder(window, 1)
                                .convolutionMode(ConvolutionMode.Truncate)
                                .nOut(text.filters())
                                .activation(Activation.RELU)
                                .<DirectConvolution>build(),
                        new GlobalPoolingLayer(PoolingType.MAX)))
                .toList();
        chain.merge(pooled);
        chain.dropout(text.dropout());
        chain.head(plan.head());
    }

    private static ComputationGraph custom(NetworkSpec.Custom custom, NetworkPlan plan) {
        ComputationGraph graph;
        try {
            if (custom.json().contains("\"vertices\"")) {
                graph = new ComputationGraph(ComputationGraphConfiguration.fromJson(custom.json()));
                graph.init();
            } else {
                MultiLayerNetwork network = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(custom.json()));
                network.init();
                graph = network.toComputationGraph();
            }
        } catch (RuntimeException e) {
            throw PipelineException.configuration("The network's JSON is not one that Deeplearning4j reads as a"
                    + " MultiLayerConfiguration or ComputationGraphConfiguration: " + e.getMessage()
                    + " Write it by toJson() of either.");
        }
        if (graph.getNumInputArrays() != 1 || graph.getNumOutputArrays() != 1) {
            throw PipelineException.configuration("The network has " + graph.getNumInputArrays() + " inputs and "
                    + graph.getNumOutputArrays() + " outputs; it needs one of each.");
        }
        if (!(graph.getOutputLayer(0).conf().getLayer() instanceof BaseOutputLayer layer)
                || layer.getNOut() != plan.head().units()
                || !(layer.getActivationFn() instanceof ActivationSoftmax)) {
            throw PipelineException.configuration("The network needs an output layer with as many units as there are "
                    + plan.head().unit() + ", " + plan.head().units() + ", and the activation softmax. Set its nOut and"
                    + " activation.");
        }
        layer.setLossFn(plan.head().loss());
        layer.setActivationFn(Activation.IDENTITY.getActivationFunction());
        return graph;
    }

    /** A graph that grows at its end. */
    private static final class Chain {

        private final ComputationGraphConfiguration.GraphBuilder graph;
        private String last = INPUT;
        private int layers;

        Chain(long seed) {
            graph = new NeuralNetConfiguration.Builder()
                    .seed(seed)
                    .dataType(DataType.FLOAT)
                    .weightInit(WeightInit.RELU)
                    // gradients are applied outside
                    .updater(new NoOp())
                    .trainingWorkspaceMode(WorkspaceMode.ENABLED)
                    .inferenceWorkspaceMode(WorkspaceMode.ENABLED)
                    .graphBuilder()
                    .addInputs(INPUT);
        }

        void input(InputType type) {
            graph.setInputTypes(type);
        }

        void add(Layer layer) {
            String name = "layer" + layers++;
            graph.addLayer(name, layer, last);
            last = name;
        }

        void dropout(double share) {
            if (share > 0) {
                add(new DropoutLayer(1 - share));
            }
        }

        /** Two layers beside the chain; their name. */
        String branch(String name, Layer first, Layer second) {
            graph.addLayer(name, first, last);
            graph.addLayer(name + "pooled", second, name);
            return name + "pooled";
        }

        void merge(List<String> branches) {
            if (branches.size() == 1) {
                last = branches.get(0);
            } else {
                graph.addVertex("merged", new MergeVertex(), branches.toArray(String[]::new));
                last = "merged";
            }
        }

        void head(Head head) {
            output(new OutputLayer.Builder(head.loss())
                    .activation(Activation.IDENTITY)
                    .weightInit(WeightInit.XAVIER)
                    .nOut(head.units())
                    .build());
        }

        void output(Layer layer) {
            graph.addLayer(OUTPUT, layer, last);
            graph.setOutputs(OUTPUT);
        }

        ComputationGraph build() {
            ComputationGraph built = new ComputationGraph(graph.build());
            built.init();
            return built;
        }
    }
}
