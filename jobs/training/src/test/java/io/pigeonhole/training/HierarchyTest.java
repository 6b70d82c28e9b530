package io.pigeonhole.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any tree: unequal depths, classes that are inner nodes, nodes with one child, and nodes whose classes were not trained. */
class HierarchyTest {

    private static final int FEATURES = 3;
    private static final Vector ROW = Vectors.dense(0.5, -1, 2);

    /** Paths of random classes; about one inner node in three is a class as well. */
    private static TreeMap<String, List<String>> randomPaths(Random random) {
        TreeMap<String, List<String>> paths = new TreeMap<>();
        List<List<String>> nodes = new ArrayList<>(List.of(List.of()));
        int size = 1 + random.nextInt(25);
        for (int i = 0; i < size; i++) {
            List<String> path = new ArrayList<>(nodes.get(random.nextInt(nodes.size())));
            path.add("n" + i);
            nodes.add(path);
            String parent = path.size() > 1 ? path.get(path.size() - 2) : "";
            if (random.nextInt(3) > 0) {
                paths.remove(parent);
            }
            paths.put("n" + i, List.copyOf(path));
        }
        return paths;
    }

    private static Coefficients randomModel(Taxonomy taxonomy, Random random) {
        Layout layout = Scheme.HIERARCHICAL.layout(taxonomy);
        float[] matrix = new float[(FEATURES + 1) * layout.columns()];
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = random.nextInt(3) == 0 ? 0 : (float) random.nextGaussian();
        }
        return new Coefficients(
                Scheme.HIERARCHICAL,
                taxonomy,
                taxonomy,
                FEATURES,
                Coefficients.groups(layout, Coefficients.allFeatures(FEATURES), matrix));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theChildrenOfEveryNodeSumToItAndHaveTheSharesThatItsSoftmaxGives(long seed) {
        Random random = new Random(seed);
        for (int repetition = 0; repetition < 200; repetition++) {
            TreeMap<String, List<String>> known = randomPaths(random);
            TreeMap<String, List<String>> trained = new TreeMap<>(known);
            trained.keySet().removeIf(label -> trained.size() > 1 && random.nextInt(4) == 0);
            Taxonomy taxonomy = Taxonomy.ofPaths(trained);
            Coefficients model = randomModel(taxonomy, random);
            double[] p = model.probabilities(ROW, 0).toArray();

            Map<String, Double> ofNode = new TreeMap<>();
            ofNode.put("", 0.0);
            for (int label = 0; label < p.length; label++) {
                ofNode.merge("", p[label], Double::sum);
                for (String node : taxonomy.path(taxonomy.labels().get(label)).orElseThrow()) {
                    ofNode.merge(node, p[label], Double::sum);
                }
            }
            assertThat(ofNode.get("")).isCloseTo(1, within(1e-12));
            int column = 0;
            for (Map.Entry<String, List<String>> node : taxonomy.children().entrySet()) {
                double ofChildren = 0;
                double[] shares = node.getValue().size() > 1
                        ? softmax(model, column, node.getValue().size())
                        : new double[] {1};
                for (int i = 0; i < shares.length; i++) {
                    String child = node.getValue().get(i);
                    double ofChild =
                            child.equals(node.getKey()) ? p[taxonomy.labels().indexOf(child)] : ofNode.get(child);
                    assertThat(ofChild)
                            .as("%s below %s in %s", child, node.getKey(), trained)
                            .isCloseTo(ofNode.get(node.getKey()) * shares[i], within(1e-12));
                    ofChildren += ofChild;
                }
                assertThat(ofChildren).isCloseTo(ofNode.get(node.getKey()), within(1e-12));
                column += shares.length > 1 ? shares.length : 0;
            }
        }
    }

    @Test
    void marginsOfAllNodesTogetherHaveTheBitsOfEachNodeByItself() {
        Random random = new Random(5);
        int features = 40;
        Layout layout = Scheme.HIERARCHICAL.layout(Taxonomy.ofPaths(new TreeMap<>(Map.of(
                "a",
                List.of("x", "a"),
                "b",
                List.of("x", "b"),
                "c",
                List.of("y", "c"),
                "d",
                List.of("y", "d"),
                "e",
                List.of("y", "e")))));
        float[] matrix = new float[(features + 1) * layout.columns()];
        for (int feature = 0; feature <= features; feature++) {
            for (int problem = 0; problem < layout.problems(); problem++) {
                // half of the features have no coefficient in a node
                boolean has = random.nextBoolean();
                for (int c = layout.start(problem); c < layout.end(problem); c++) {
                    matrix[feature * layout.columns() + c] = has ? (float) random.nextGaussian() : 0;
                }
            }
        }
        List<ColumnGroup> groups = Coefficients.groups(layout, Coefficients.allFeatures(features), matrix);
        FeatureRows rows = new FeatureRows();
        assertThat(rows.isReady(groups, features)).isTrue();
        for (int repetition = 0; repetition < 20; repetition++) {
            int[] indices = random.ints(15, 0, features).distinct().sorted().toArray();
            double[] values = random.doubles(indices.length, -1, 1).toArray();
            double[] together = new double[layout.columns()];
            rows.margins(indices, values, groups, layout, together);
            double[] expected = new double[layout.columns()];
            for (int problem = 0; problem < layout.problems(); problem++) {
                groups.get(problem).margins(indices, values, expected, layout.start(problem));
            }
            assertThat(together).isEqualTo(expected);
        }
    }

    /** Shares of the children of a node, from its columns of the matrix. */
    private static double[] softmax(Coefficients model, int from, int width) {
        double[] shares = new double[width];
        double sum = 0;
        for (int i = 0; i < width; i++) {
            double margin = model.coefficient(FEATURES, from + i);
            for (int j = 0; j < FEATURES; j++) {
                margin += model.coefficient(j, from + i) * ROW.apply(j);
            }
            shares[i] = Math.exp(margin);
            sum += shares[i];
        }
        for (int i = 0; i < width; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    @Test
    void aBeamReachesClassesWithTheirExactProbabilitiesAndAWideOneAllOfThem() {
        Random random = new Random(7);
        for (int repetition = 0; repetition < 200; repetition++) {
            Coefficients model = randomModel(Taxonomy.ofPaths(randomPaths(random)), random);
            double[] exact = model.probabilities(ROW, 0).toArray();
            assertThat(model.probabilities(ROW, 100).toArray()).isEqualTo(exact);
            Vector narrow = model.probabilities(ROW, 1);
            assertThat(narrow.numActives()).isPositive().isLessThanOrEqualTo(exact.length);
            for (int label : narrow.toSparse().indices()) {
                assertThat(narrow.apply(label)).isEqualTo(exact[label]);
            }
        }
    }

    @Test
    void coefficientsAreHeldSparseWhereMostAreZeroAndGiveTheSameMargins() {
        Random random = new Random(3);
        float[] matrix = new float[50 * 20];
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = random.nextInt(10) == 0 ? (float) random.nextGaussian() : 0;
        }
        int[] features = Coefficients.allFeatures(49);
        ColumnGroup sparse = ColumnGroup.of(features, matrix, 20, 0, 20);
        ColumnGroup full = new ColumnGroup.Full(features, matrix, 20);
        assertThat(sparse).isInstanceOf(ColumnGroup.Sparse.class);
        assertThat(sparse.stored()).isLessThan(200);
        double[] expected = new double[20];
        double[] margins = new double[20];
        full.margins(new int[] {3, 11, 48}, new double[] {1, -2, 0.5}, expected, 0);
        sparse.margins(new int[] {3, 11, 48}, new double[] {1, -2, 0.5}, margins, 0);
        assertThat(margins).isEqualTo(expected);
        assertThat(full.prunedBelow(0)).isInstanceOf(ColumnGroup.Sparse.class);
        assertThat(sparse.prunedBelow(1e9).stored())
                .as("the intercepts that are not zero")
                .isLessThan(20);
        assertThat(ColumnGroup.of(new int[] {0, 1, 2}, new float[] {1, 2, 3, 4, 5, 6}, 2, 0, 2))
                .isInstanceOf(ColumnGroup.Full.class);
    }
}
