package io.pigeonhole.deep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.deep.learning.Round;
import io.pigeonhole.deep.network.Head;
import io.pigeonhole.deep.network.LabelledInput;
import io.pigeonhole.deep.network.Network;
import io.pigeonhole.deep.network.NetworkInput;
import io.pigeonhole.deep.network.NetworkPlan;
import io.pigeonhole.deep.network.NetworkSpec;
import io.pigeonhole.transforms.SparkTest;
import io.pigeonhole.transforms.Taxonomy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class HierarchicalHeadTest extends SparkTest {

    /** Unequal depths; c1 is a class and has two below it; c3 has no sibling. */
    static final Taxonomy TREE = Taxonomy.ofPaths(Map.of(
            "c0", List.of("c0"),
            "c1", List.of("c1"),
            "c2", List.of("c1", "c2"),
            "c3", List.of("other", "c3"),
            "c4", List.of("c1", "c4")));

    /** Those of the tree: c0, c1 and other; c1 itself, c2 and c4. */
    private static final int UNITS = 6;

    private static final List<Row> ROWS = Samples.sparseRows(5, 240, 8);

    private static DeepClassifier classifier(String head) {
        return classifier(new TestSettings().head(head));
    }

    private static DeepClassifier classifier(TestSettings settings) {
        DeepClassifier classifier = settings.classifier();
        classifier.set(classifier.pathCol(), "path");
        return classifier;
    }

    private static Dataset<Row> rows() {
        return Samples.dataset(spark, ROWS)
                .withColumn(
                        "path",
                        functions.expr("CASE WHEN label IN ('c2', 'c4') THEN array('c1', label)"
                                + " WHEN label = 'c3' THEN array('other', label) ELSE array(label) END"));
    }

    private static float[] logs(double... shares) {
        float[] logs = new float[shares.length];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = (float) Math.log(shares[i]);
        }
        return logs;
    }

    /** Margins that are logarithms of shares, moved by a constant within each node. */
    @Test
    void aRowCostsTheCrossEntropiesOfTheDecisionsOnItsPath() {
        Head head = Head.of("hierarchical", TREE);
        float[] margins = logs(0.2, 0.5, 0.3, 7 * 0.1, 7 * 0.3, 7 * 0.6);
        assertThat(head.probabilities(margins))
                .as("of c0 to c4")
                .containsExactly(new float[] {0.2f, 0.05f, 0.15f, 0.3f, 0.3f}, within(1e-6f));

        // c4 has the largest margins above the mean of each decision: those of 0.5 and 0.6
        double means = Math.log(Math.cbrt(0.2 * 0.5 * 0.3) * Math.cbrt(0.1 * 0.3 * 0.6));
        assertThat(head.unknownScores(margins))
                .containsExactly(new double[] {means - Math.log(0.5 * 0.6)}, within(1e-6));

        float[] labels = new float[2 * UNITS];
        NetworkInput none = new NetworkInput.Dense(new float[0]);
        head.label(labels, 0, new LabelledInput(none, 4, 3), 0.1);
        head.label(labels, UNITS, new LabelledInput(none, 3, 2), 0);
        assertThat(labels)
                .as("weight 3 at c1 and c4, a thirtieth of it at each child; weight 2 at other")
                .containsExactly(new float[] {0.1f, 2.8f, 0.1f, 0.1f, 0.1f, 2.8f, 0, 0, 2, 0, 0, 0}, within(1e-6f));

        float[] twice = Arrays.copyOf(margins, 2 * UNITS);
        System.arraycopy(margins, 0, twice, UNITS, UNITS);
        INDArray losses = head.loss()
                .computeScoreArray(
                        Nd4j.create(labels, new long[] {2, UNITS}, 'c'),
                        Nd4j.create(twice, new long[] {2, UNITS}, 'c'),
                        new ActivationIdentity(),
                        null);
        double smoothed = -0.1 * Math.log(0.2 * 0.3 * 0.1 * 0.3) - 2.8 * Math.log(0.5 * 0.6);
        assertThat(losses.toFloatVector())
                .containsExactly(new float[] {(float) smoothed, (float) (-2 * Math.log(0.3))}, within(1e-5f));
    }

    /** Without hidden layers the margins are sums over the table's rows, and can be taken by hand. */
    @Test
    void theChildrenOfEveryNodeAddUpToItAndHaveTheSharesOfItsSoftmax() {
        NetworkSpec regression = new NetworkSpec.Mlp(List.of(), 0, false);
        Network network =
                new Network(new NetworkPlan(regression, true, Samples.WORDS, Head.of("hierarchical", TREE), 5));
        Random random = new Random(2);
        float[] parameters = new float[network.size()];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = (float) random.nextGaussian();
        }
        network.load(parameters);
        List<LabelledInput> examples = Samples.sparseExamples(5, 20, 6);
        float[] all = network.probabilities(
                examples.stream().map(LabelledInput::input).toList());
        for (int row = 0; row < examples.size(); row++) {
            double[] shares = shares((NetworkInput.Sparse) examples.get(row).input(), parameters);
            float[] p = Arrays.copyOfRange(all, 5 * row, 5 * row + 5);
            double c1 = p[1] + p[2] + p[4];
            assertThat(new double[] {p[0], c1, p[3]})
                    .containsExactly(new double[] {shares[0], shares[1], shares[2]}, within(1e-6));
            assertThat(new double[] {p[1], p[2], p[4]})
                    .containsExactly(new double[] {c1 * shares[3], c1 * shares[4], c1 * shares[5]}, within(1e-6));
        }
    }

    private static double[] shares(NetworkInput.Sparse input, float[] table) {
        double[] shares = new double[UNITS];
        for (int unit = 0; unit < UNITS; unit++) {
            double margin = table[Samples.WORDS * UNITS + unit];
            for (int n = 0; n < input.indices().length; n++) {
                margin += input.values()[n] * table[input.indices()[n] * UNITS + unit];
            }
            shares[unit] = Math.exp(margin);
        }
        for (int from : new int[] {0, 3}) {
            double sum = shares[from] + shares[from + 1] + shares[from + 2];
            for (int unit = from; unit < from + 3; unit++) {
                shares[unit] /= sum;
            }
        }
        return shares;
    }

    @Test
    void overAFlatTaxonomyItIsTheSoftmaxOverAllClasses() {
        DeepModel hierarchical = flat("hierarchical");
        DeepModel softmax = flat("softmax");
        List<Round> expected = softmax.summary().orElseThrow().rounds();
        List<Round> rounds = hierarchical.summary().orElseThrow().rounds();
        assertThat(List.of(hierarchical.isHierarchical(), softmax.isHierarchical()))
                .containsExactly(true, false);
        assertThat(rounds).hasSameSizeAs(expected);
        for (int i = 0; i < rounds.size(); i++) {
            assertThat(rounds.get(i).loss()).isCloseTo(expected.get(i).loss(), within(1e-6));
        }
        List<Row> ours = hierarchical.transform(rows()).collectAsList();
        List<Row> theirs = softmax.transform(rows()).collectAsList();
        for (int i = 0; i < ours.size(); i++) {
            assertThat(ours.get(i).<Vector>getAs("probability").toArray())
                    .containsExactly(theirs.get(i).<Vector>getAs("probability").toArray(), within(1e-6));
        }
    }

    private DeepModel flat(String head) {
        return new TestSettings()
                .head(head)
                .optimizer("sgd")
                .labelSmoothing(0.1)
                .classifier()
                .fit(rows());
    }

    @Test
    void itLearnsClassesAtAllDepthsAndIsReadBackAsWhatItIs(@TempDir Path folder) throws Exception {
        DeepClassifier classifier =
                classifier(new TestSettings().head("hierarchical").epochs(16).localSteps(24));
        PipelineModel pipeline =
                new Pipeline().setStages(new PipelineStage[] {classifier}).fit(rows());
        DeepModel model = (DeepModel) pipeline.stages()[0];
        assertThat(model.taxonomy()).isEqualTo(TREE);
        List<Row> scored = pipeline.transform(rows()).collectAsList();
        Map<String, Integer> right = new TreeMap<>();
        for (Row row : scored) {
            if (row.getAs("prediction").equals(row.getAs("label"))) {
                right.merge(row.getAs("label"), 1, Integer::sum);
            }
        }
        assertThat(right).containsOnlyKeys(TREE.labels());
        assertThat(right.values().stream().mapToInt(Integer::intValue).sum())
                .as("of 240, where one in five is a guess")
                .isGreaterThan(200);

        String path = folder.resolve("model").toString();
        pipeline.write().overwrite().save(path);
        PipelineModel loaded = PipelineModel.load(path);
        assertThat(((DeepModel) loaded.stages()[0]).isHierarchical()).isTrue();
        assertThat(((DeepModel) loaded.stages()[0]).fingerprint()).isEqualTo(model.fingerprint());
        assertThat(loaded.transform(rows()).collectAsList()).isEqualTo(scored);
    }

    @Test
    void anotherNameIsRefused() {
        assertThatThrownBy(() -> classifier("tree").fit(rows()))
                .hasMessage("head must be softmax or hierarchical, not tree");
    }
}
