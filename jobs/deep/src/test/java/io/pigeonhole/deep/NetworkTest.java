package io.pigeonhole.deep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;

class NetworkTest {

    private static final int CLASSES = 3;

    static Stream<NetworkSpec> networks() {
        return Stream.of(
                new NetworkSpec.Mlp(List.of(8), 0, false),
                new NetworkSpec.Mlp(List.of(), 0, false),
                new NetworkSpec.Mlp(List.of(6, 5), 0, true),
                new NetworkSpec.Cnn(8, 6, 2, List.of(4), 3, 5, 0, false, 0, false),
                new NetworkSpec.TextCnn(true, 50, 9, 4, List.of(2, 3), 5, 0));
    }

    private static NetworkPlan plan(NetworkSpec spec) {
        return new NetworkPlan(spec, spec instanceof NetworkSpec.Mlp, Samples.WORDS, CLASSES, 0.7f, 5);
    }

    private static List<Example> examples(NetworkSpec spec, int size) {
        Random random = new Random(3);
        List<Example> sparse = Samples.sparseExamples(CLASSES, size, 4);
        List<Example> examples = new ArrayList<>();
        for (Example example : sparse) {
            Input input = example.input();
            if (spec instanceof NetworkSpec.Cnn cnn) {
                byte[] pixels = new byte[cnn.height() * cnn.width() * cnn.channels()];
                random.nextBytes(pixels);
                input = new Input.Pixels(pixels);
            } else if (spec instanceof NetworkSpec.TextCnn text) {
                input = new Input.Tokens(
                        random.ints(1 + random.nextInt(text.length()), 1, 20).toArray());
            }
            examples.add(new Example(input, example.label(), 0.5f + random.nextFloat()));
        }
        return examples;
    }

    /** By central differences of the loss, for parameters drawn by lot; now and then a rectifier bends in between. */
    @ParameterizedTest
    @MethodSource("networks")
    void theGradientIsTheSlopeOfTheLoss(NetworkSpec spec) {
        Network network = new Network(plan(spec));
        List<Example> batch = examples(spec, 12);
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
        int compared = 0;
        int alike = 0;
        float step = 1e-3f;
        for (int draw = 0; draw < 400 && compared < 60; draw++) {
            int i = random.nextInt(all.length);
            boolean moves = i >= network.denseSize() || network.kinds()[i] != ParameterKind.STATISTIC;
            if (moves && all[i] != 0) {
                double slope = (loss(network, parameters, batch, i, step) - loss(network, parameters, batch, i, -step))
                        / (2 * step);
                alike += Math.abs(slope - all[i]) < 1e-3 + 0.03 * Math.abs(all[i]) ? 1 : 0;
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(20);
        assertThat(alike).isGreaterThan(compared * 9 / 10);
    }

    private static double loss(Network network, float[] parameters, List<Example> batch, int place, float step) {
        float[] moved = parameters.clone();
        moved[place] += step;
        network.load(moved);
        return network.gradient(batch, 0.1, 1).loss();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void probabilitiesAddUpToOneAndDoNotDependOnTheBatch(NetworkSpec spec) {
        Network network = new Network(plan(spec));
        network.load(network.initial());
        List<Input> inputs = examples(spec, 10).stream().map(Example::input).toList();
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

    @Test
    void onlyRowsOfTheTableThatWereReadHaveAGradient() {
        NetworkSpec spec = new NetworkSpec.Mlp(List.of(8), 0, false);
        Network network = new Network(plan(spec));
        network.load(network.initial());
        Example one = new Example(new Input.Sparse(new int[] {3, 17}, new float[] {1, 2}), 1, 1);
        TouchedRows table = network.gradient(List.of(one), 0, 1).gradients().table();
        List<Integer> rows = new ArrayList<>();
        for (int slot = 0; slot < table.size(); slot++) {
            rows.add(table.row(slot));
        }
        assertThat(rows).as("its features, and the bias").containsExactlyInAnyOrder(3, 17, Samples.WORDS);
    }

    @Test
    void aNetworkOfDeeplearning4jsOwnIsReadFromItsJson() {
        String json = new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder()
                        .nIn(Samples.WORDS)
                        .nOut(4)
                        .activation(Activation.TANH)
                        .build())
                .layer(new OutputLayer.Builder()
                        .nIn(4)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build()
                .toJson();
        NetworkSpec.Custom spec = new NetworkSpec.Custom(json);
        Network network = new Network(new NetworkPlan(spec, false, Samples.WORDS, CLASSES, 1, 5));
        assertThat(network.size()).isEqualTo(Samples.WORDS * 4 + 4 + 4 * CLASSES + CLASSES);
        assertThatThrownBy(() -> new Network(new NetworkPlan(spec, false, Samples.WORDS, 7, 1, 5)))
                .hasMessageContaining("as there are classes, 7");
        assertThatThrownBy(() ->
                        new Network(new NetworkPlan(new NetworkSpec.Custom("{}"), false, Samples.WORDS, CLASSES, 1, 5)))
                .hasMessageContaining("JSON");
    }
}
