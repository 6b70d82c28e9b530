package io.pigeonhole.training;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.xxhash64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.training.solver.problems.Loss;
import io.pigeonhole.training.solver.problems.Problem;
import io.pigeonhole.training.solver.problems.SolverOptions;
import io.pigeonhole.transforms.SparkTest;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Trees that are learnt, problems in several matrices, and trainings that start at earlier models. */
class TrainingTest extends SparkTest {

    private static final Dataset<Row> DATA = TrainingData.dataset(spark, TrainingData.rows(8, 400, 5))
            .coalesce(1)
            .cache();

    private static Dataset<Row> prepared() {
        return DATA.select(col("label"), col("features"), col("weight"), col("path"), lit(0).as("fold"));
    }

    private static Training.Trained train(TrainingRows rows, long mostElements) {
        Setting setting = new Setting(1e-3, 0, "balanced", Map.of());
        return new Training(
                        Scheme.HIERARCHICAL,
                        new Loss.CrossEntropy(0, 0),
                        new SolverOptions(300, 3e-6, true, SolverOptions.Method.AUTO),
                        (pass, objective, open, problems) -> {},
                        rows,
                        rows.taxonomy(),
                        List.of(new Training.Trial(setting, Problem.NO_FOLD)),
                        Optional.empty(),
                        mostElements)
                .run()
                .get(0);
    }

    @Test
    void problemsInSeveralMatricesReachTheOptimumOfOneMatrix() {
        TrainingRows rows = TrainingRows.of(prepared());
        Training.Trained together = train(rows, 1 << 20);
        Training.Trained apart = train(rows, 1);
        assertThat(apart.summary().objective()).isCloseTo(together.summary().objective(), within(1e-4));
        for (int column = 0; column < together.coefficients().layout().columns(); column++) {
            assertThat(apart.coefficients().coefficient(3, column))
                    .isCloseTo(together.coefficients().coefficient(3, column), within(0.03f));
        }
        assertThat(apart.summary().rows()).isEqualTo(400);
    }

    @ParameterizedTest
    @EnumSource
    void aStartAtAnEarlierModelNeedsNoMorePassesToTheSameOptimumAndAFewAtItsOwn(Scheme scheme) {
        // more rows, features in another order and unit, and a class more: that would be a problem of its own against
        // the rest
        Dataset<Row> before = DATA.filter("xxhash64(features) % 40 <> 0")
                .filter(scheme == Scheme.ONE_VS_REST ? "true" : "label <> 'c5'");
        Dataset<Row> after = turned();
        LinearModel earlier = LinearModelTest.classifier(scheme).fit(before);
        LinearModel cold = LinearModelTest.classifier(scheme).fit(after);
        int[] order = new int[TrainingData.FEATURES];
        double[] ones = new double[order.length];
        for (int j = 0; j < order.length; j++) {
            order[j] = order.length - 1 - j;
            ones[j] = 1;
        }
        LinearModel warm = LinearModelTest.classifier(scheme)
                .startFrom(earlier, new FeatureMatch(order, ones, new double[order.length]))
                .fit(after);
        if (scheme != Scheme.LABEL_TREE) {
            assertThat(warm.summary().orElseThrow().passes())
                    .isLessThanOrEqualTo(cold.summary().orElseThrow().passes());
            assertThat(warm.summary().orElseThrow().objective())
                    .isCloseTo(cold.summary().orElseThrow().objective(), within(1e-4));
        }
        LinearModel again = LinearModelTest.classifier(scheme)
                .startFrom(cold, FeatureMatch.same(order.length))
                .fit(after);
        assertThat(again.summary().orElseThrow().passes())
                .isLessThan(cold.summary().orElseThrow().passes() / 2);
    }

    @Test
    void rowsThatAreThereTwiceCountTwice() {
        LinearModel once = LinearModelTest.classifier(Scheme.SOFTMAX).fit(DATA);
        LinearModel twice = LinearModelTest.classifier(Scheme.SOFTMAX).fit(DATA.union(DATA));
        assertThat(once.summary().orElseThrow().rows()).isEqualTo(400);
        assertThat(twice.summary().orElseThrow().rows()).isEqualTo(800);
        assertThat(twice.summary().orElseThrow().objective())
                .isCloseTo(once.summary().orElseThrow().objective(), within(1e-5));
    }

    private static Dataset<Row> turned() {
        List<Row> rows = new ArrayList<>();
        for (Row row : DATA.collectAsList()) {
            double[] values = row.<org.apache.spark.ml.linalg.Vector>getAs(2).toArray();
            double[] turned = new double[values.length];
            for (int j = 0; j < values.length; j++) {
                turned[j] = values[values.length - 1 - j];
            }
            rows.add(RowFactory.create(row.get(0), row.get(1), Vectors.dense(turned), row.get(3)));
        }
        return TrainingData.dataset(spark, rows).coalesce(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"ONE_VS_REST", "HIERARCHICAL"})
    void settingsAndFoldsOfTheSamePassesReachTheOptimaOfTrainingsByThemselves(Scheme scheme) {
        Dataset<Row> folded = DATA.withColumn(
                "fold", xxhash64(col("features")).mod(lit(2)).plus(lit(2)).mod(lit(2)));
        LinearClassifier classifier = LinearModelTest.classifier(scheme);
        classifier.set(classifier.foldCol(), "fold");
        List<Setting> settings =
                List.of(new Setting(1e-1, 0, "none", Map.of()), new Setting(1e-3, 0, "balanced", Map.of()));
        List<List<LinearModel>> models = classifier.fit(folded, settings, 2);
        for (int i = 0; i < settings.size(); i++) {
            for (int without = -1; without < 2; without++) {
                LinearClassifier alone = LinearModelTest.classifier(scheme);
                alone.set(alone.regParam(), settings.get(i).regParam());
                alone.set(alone.classWeight(), settings.get(i).classWeight());
                LinearModel expected = alone.fit(folded.filter(col("fold").notEqual(lit(without))));
                LinearModel actual = models.get(i).get(without + 1);
                assertThat(actual.summary().orElseThrow().objective())
                        .isCloseTo(expected.summary().orElseThrow().objective(), within(1e-4));
                for (int feature = 0; feature < 5; feature++) {
                    assertThat(actual.coefficient(feature, 2))
                            .as("setting %d without %d", i, without)
                            .isCloseTo(expected.coefficient(feature, 2), within(0.05f));
                }
            }
        }
    }

    @Test
    void aModelOfAnotherTrainerIsNoStart() {
        LinearModel softmax = LinearModelTest.classifier(Scheme.SOFTMAX).fit(DATA);
        assertThatThrownBy(() -> new OneVsRestClassifier().startFrom(softmax, FeatureMatch.same(40)))
                .hasMessageContaining("a model of softmax is no start for one of one_vs_rest");
    }

    @Test
    void aLearntTreeIsBalancedAndPutsTogetherWhatLooksAlike() {
        // 12 classes in 4 families: a family shares 10 features, a class has 2 of its own
        Random random = new Random(1);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            int label = i % 12;
            double[] values = new double[40 + 24];
            for (int word = 0; word < 5; word++) {
                values[label % 4 * 10 + random.nextInt(10)] = 1;
            }
            values[40 + 2 * label + random.nextInt(2)] = 1;
            String name = String.format("k%02d", label);
            rows.add(RowFactory.create(name, new String[] {name}, Vectors.dense(values), 1.0));
        }
        Dataset<Row> data = TrainingData.dataset(spark, rows).coalesce(1);
        LabelTreeClassifier classifier = new LabelTreeClassifier();
        classifier.set(classifier.branching(), 4);
        LinearModel model = classifier.fit(data);
        Taxonomy tree = model.coefficients().tree();
        Map<String, List<String>> byNode = new TreeMap<>();
        tree.paths()
                .forEach((label, path) -> byNode.computeIfAbsent(path.get(0), node -> new ArrayList<>())
                        .add(label));
        assertThat(byNode.values())
                .containsExactlyInAnyOrder(
                        List.of("k00", "k04", "k08"),
                        List.of("k01", "k05", "k09"),
                        List.of("k02", "k06", "k10"),
                        List.of("k03", "k07", "k11"));
        assertThat(model.taxonomy().isFlat()).isTrue();
        // what is planned with before training: a root of four and four nodes of three
        for (Taxonomy shape : List.of(tree, LabelTree.shape(tree.labels(), 4))) {
            assertThat(Scheme.LABEL_TREE.layout(shape).problems()).isEqualTo(5);
            assertThat(Scheme.LABEL_TREE.layout(shape).columns()).isEqualTo(16);
        }
        model.set(model.beamWidth(), 1);
        assertThat(model.transform(data).filter("prediction = label").count()).isGreaterThan(570);
    }
}
