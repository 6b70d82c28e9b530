package io.pigeonhole.deep.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.deep.Samples;
import io.pigeonhole.deep.devices.KeepingExecutioner;
import io.pigeonhole.deep.devices.Natives;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;

class NetworkTest {

    private static final int CLASSES = 3;

    /** One class at the top, one that is an inner node, and one below that. */
    private static final Taxonomy TREE =
            Taxonomy.ofPaths(Map.of("c0", List.of("c0"), "c1", List.of("c1"), "c2", List.of("c1", "c2")));

    /** Each kind with each head. */
    static Stream<NetworkPlan> networks() {
        return specs().flatMap(spec ->
                Stream.of("softmax", "hierarchical").map(head -> plan(spec, Head.of(head, TREE))));
    }

    private static Stream<NetworkSpec> specs() {
        return Stream.of(
                new NetworkSpec.Mlp(List.of(8), 0, false),
                new NetworkSpec.Mlp(List.of(), 0, false),
                new NetworkSpec.Mlp(List.of(6, 5), 0, true),
                new NetworkSpec.Cnn(8, 6, 2, List.of(4), 3, 5, 0, false, 0, false),
                new NetworkSpec.TextCnn(true, 50, 9, 4, List.of(2, 3), 5, 0));
    }

    private static NetworkPlan plan(NetworkSpec spec, Head head) {
        return new NetworkPlan(spec, spec instanceof NetworkSpec.Mlp, Samples.WORDS, head, 5);
    }

    private static List<LabelledInput> examples(NetworkSpec spec, int size) {
        Random random = new Random(3);
        List<LabelledInput> sparse = Samples.sparseExamples(CLASSES, size, 4);
        List<LabelledInput> examples = new ArrayList<>();
        for (LabelledInput example : sparse) {
            NetworkInput input = example.input();
            if (spec instanceof NetworkSpec.Cnn cnn) {
                byte[] pixels = new byte[cnn.height() * cnn.width() * cnn.channels()];
                random.nextBytes(pixels);
                input = new NetworkInput.Pixels(pixels);
            } else if (spec instanceof NetworkSpec.TextCnn text) {
                input = new NetworkInput.Tokens(
                        random.ints(1 + random.nextInt(text.length()), 1, 20).toArray());
            }
            examples.add(new LabelledInput(input, example.label(), 0.5f + random.nextFloat()));
        }
        return examples;
    }

    /** For parameters drawn by lot; where a rectifier or a largest value bends, the slope to one side. */
    @ParameterizedTest
    @MethodSource("networks")
    void theGradientIsTheSlopeOfTheLoss(NetworkPlan plan) {
        Network network = new Network(plan);
        List<LabelledInput> batch = examples(plan.spec(), 12);
        float[] parameters = network.initial();
        network.load(parameters);
        Gradients gradients = network.gradient(batch, 0.1, 1).gradients();
        float[] all = new float[network.size()];
        System.arraycopy(gradients.dense(), 0, all, 0, network.denseSize());
        int width = gradients.table().width();
        for (int slot = 0; slot < gradients.table().size(); slot++) {
            int at = network.denseSize() + gradients.table().row(slot) * width;
            System.arraycopy(gradients.table().values(), slot * width, all, at, width);
        }
        Random random = new Random(9);
        double here = loss(network, parameters, batch, 0, 0);
        int compared = 0;
        float step = 1e-3f;
        for (int draw = 0; draw < 400 && compared < 60; draw++) {
            int i = random.nextInt(all.length);
            boolean moves = i >= network.denseSize() || network.kinds()[i] != ParameterKind.STATISTIC;
            if (moves && all[i] != 0) {
                double up = (loss(network, parameters, batch, i, step) - here) / step;
                double down = (here - loss(network, parameters, batch, i, -step)) / step;
                double off = Math.min(Math.abs(up - all[i]), Math.abs(down - all[i]));
                assertThat(off).as("slope by parameter %d", i).isLessThan(1e-3 + 0.03 * Math.abs(all[i]));
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(20);
    }

    private static double loss(Network network, float[] parameters, List<LabelledInput> batch, int place, float step) {
        float[] moved = parameters.clone();
        moved[place] += step;
        network.load(moved);
        return network.gradient(batch, 0.1, 1).loss();
    }

    /** Deeplearning4j's graph with a softmax as its last activation, as networks were before they wrote margins. */
    @ParameterizedTest
    @MethodSource("specs")
    void probabilitiesHaveTheBitsOfASoftmaxLayerAndScoresOfNoClassAreOfItsMargins(NetworkSpec spec) {
        NetworkPlan plan = plan(spec, Head.of("softmax", TREE));
        Network network = new Network(plan);
        float[] parameters = network.initial();
        Random random = new Random(4);
        for (int i = 0; i < parameters.length; i++) {
            // variances stay positive
            parameters[i] += random.nextFloat();
        }
        network.load(parameters);
        List<NetworkInput> inputs =
                examples(spec, 33).stream().map(LabelledInput::input).toList();
        Network.Outputs outputs = network.outputs(inputs);

        float[] margins = ofGraph(plan, parameters, inputs, Activation.IDENTITY);
        assertThat(outputs.probabilities()).isEqualTo(ofGraph(plan, parameters, inputs, Activation.SOFTMAX));
        for (int i = 0; i < inputs.size(); i++) {
            int row = i * CLASSES;
            DoubleSummaryStatistics ofRow = IntStream.range(row, row + CLASSES)
                    .mapToDouble(unit -> margins[unit])
                    .summaryStatistics();
            assertThat(outputs.unknownScores()[i])
                    .isCloseTo(ofRow.getAverage() - ofRow.getMax(), within(1e-12 * (1 + ofRow.getMax())));
        }
        assertThat(Arrays.stream(outputs.unknownScores()).distinct().count()).isGreaterThan(10);
    }

    private static float[] ofGraph(NetworkPlan plan, float[] parameters, List<NetworkInput> inputs, Activation last) {
        ComputationGraph graph = Graphs.build(plan);
        int denseSize = (int) graph.numParams();
        if (denseSize > 0) {
            Natives.copy(parameters, graph.params());
        }
        ((FeedForwardLayer) graph.getOutputLayer(0).conf().getLayer()).setActivationFn(last.getActivationFunction());
        return graph.outputSingle(false, new InputArrays(plan, denseSize).inference(inputs, parameters))
                .dup('c')
                .data()
                .asFloat();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void probabilitiesAddUpToOneAndDoNotDependOnTheBatch(NetworkPlan plan) {
        Network network = new Network(plan);
        network.load(network.initial());
        List<NetworkInput> inputs =
                examples(plan.spec(), 10).stream().map(LabelledInput::input).toList();
        float[] together = network.probabilities(inputs);
        for (int i = 0; i < inputs.size(); i++) {
            float[] alone = network.probabilities(inputs.subList(i, i + 1));
            float sum = 0;
            for (int k = 0; k < CLASSES; k++) {
                sum += alone[k];
                assertThat(together[i * CLASSES + k]).isCloseTo(alone[k], within(1e-5f));
            }
            assertThat(sum).isCloseTo(1, within(1e-5f));
        }
    }

    /** Its own lets buffers be freed that native code is about to read. */
    @Test
    void operationsAreKeptWhileNativeCodeReadsThem() {
        Natives.limitThreads();
        assertThat(Nd4j.getExecutioner()).isInstanceOf(KeepingExecutioner.class);
    }

    @Test
    void onlyRowsOfTheTableThatWereReadHaveAGradient() {
        NetworkSpec spec = new NetworkSpec.Mlp(List.of(8), 0, false);
        Network network = new Network(plan(spec, new Head.Softmax(CLASSES)));
        network.load(network.initial());
        LabelledInput one = new LabelledInput(new NetworkInput.Sparse(new int[] {3, 17}, new float[] {1, 2}), 1, 1);
        TouchedRows table = network.gradient(List.of(one), 0, 1).gradients().table();
        List<Integer> rows = new ArrayList<>();
        for (int slot = 0; slot < table.size(); slot++) {
            rows.add(table.row(slot));
        }
        assertThat(rows).as("its features, and the bias").containsExactlyInAnyOrder(3, 17, Samples.WORDS);
    }

    private static NetworkSpec custom(int units) {
        return new NetworkSpec.Custom(new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder()
                        .nIn(Samples.WORDS)
                        .nOut(4)
                        .activation(Activation.TANH)
                        .build())
                .layer(new OutputLayer.Builder()
                        .nIn(4)
                        .nOut(units)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build()
                .toJson());
    }

    private static NetworkPlan dense(NetworkSpec spec, Head head) {
        return new NetworkPlan(spec, false, Samples.WORDS, head, 5);
    }

    @Test
    void aNetworkOfDeeplearning4jsOwnIsReadFromItsJson() {
        NetworkSpec spec = custom(CLASSES);
        Network network = new Network(dense(spec, new Head.Softmax(CLASSES)));
        assertThat(network.size()).isEqualTo(Samples.WORDS * 4 + 4 + 4 * CLASSES + CLASSES);
        assertThatThrownBy(() -> new Network(dense(spec, new Head.Softmax(7))))
                .hasMessageContaining("as there are classes, 7");
        assertThatThrownBy(() -> new Network(dense(new NetworkSpec.Custom("{}"), new Head.Softmax(CLASSES))))
                .hasMessageContaining("JSON");
    }

    /** Of one decision its probabilities are as without a tree; of two they are products. */
    @Test
    void aNetworkOfDeeplearning4jsOwnHasAHierarchicalHeadWhereItHasTheUnits() {
        List<NetworkInput> inputs = List.of(new NetworkInput.Dense(new float[Samples.WORDS]));
        Network network = new Network(dense(custom(4), Head.of("hierarchical", TREE)));
        network.load(network.initial());
        assertThat(network.probabilities(inputs))
                .as("biases are zero at first: halves, and halves of a half")
                .containsExactly(new float[] {0.5f, 0.25f, 0.25f}, within(1e-6f));
        assertThat(network.gradient(List.of(new LabelledInput(inputs.get(0), 2, 1)), 0, 1)
                        .loss())
                .isCloseTo(Math.log(4), within(1e-6));
        assertThatThrownBy(() -> new Network(dense(custom(CLASSES), Head.of("hierarchical", TREE))))
                .hasMessageContaining("as there are children of the taxonomy's nodes with two or more, 4");
    }
}
