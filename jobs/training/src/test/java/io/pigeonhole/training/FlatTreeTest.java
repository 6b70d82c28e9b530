package io.pigeonhole.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.transforms.SparkTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlatTreeTest extends SparkTest {

    private static final int FEATURES = 400;
    /** 1,200 classes of five rows each, and as many to test on. */
    private static final List<Row> TRAIN = rows(1_200, 5, 1);

    private static final Dataset<Row> DATA = TrainingData.dataset(spark, TRAIN).coalesce(2);
    private static final LinearModel FLAT = classifier("flat").fit(DATA);

    /** Each row has four of its class's six features and four others, all of the value 1. */
    private static List<Row> rows(int classes, int each, int seed) {
        Random random = new Random(seed);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < classes * each; i++) {
            int label = i % classes;
            Random typical = new Random(label);
            List<Integer> own = new ArrayList<>(IntStream.generate(() -> typical.nextInt(FEATURES))
                    .distinct()
                    .limit(6)
                    .boxed()
                    .toList());
            Collections.shuffle(own, random);
            int[] indices = IntStream.concat(
                            own.stream().limit(4).mapToInt(j -> j), IntStream.generate(() -> random.nextInt(FEATURES)))
                    .distinct()
                    .limit(8)
                    .sorted()
                    .toArray();
            double[] values = new double[8];
            Arrays.fill(values, 1);
            String name = String.format("c%04d", label);
            rows.add(RowFactory.create(name, new String[] {name}, Vectors.sparse(FEATURES, indices, values), 1.0));
        }
        return rows;
    }

    private static LabelTreeClassifier classifier(String shape) {
        LabelTreeClassifier classifier = new LabelTreeClassifier();
        classifier.set(classifier.shape(), shape);
        return classifier;
    }

    private static double accuracy(LinearModel model, Dataset<Row> rows) {
        return (double) model.transform(rows).filter("prediction = label").count() / rows.count();
    }

    @Test
    void manyClassesOfFewRowsAreLearntWithoutLevelsAndFarBetter() {
        LinearModel flat = classifier("auto").fit(DATA);
        assertThat(flat.fingerprint()).isEqualTo(FLAT.fingerprint());
        LabelTreeClassifier levels = classifier("levels");
        levels.set(levels.tol(), 1e-2);
        LinearModel tree = levels.fit(DATA);
        Dataset<Row> test = TrainingData.dataset(spark, rows(1_200, 1, 2)).coalesce(2);

        assertThat(flat.coefficients().isFlatTree()).isTrue();
        assertThat(tree.coefficients().isFlatTree()).isFalse();
        assertThat(accuracy(flat, test)).isGreaterThan(accuracy(tree, test) + 0.1);
        assertThat(flat.summary().orElseThrow().open()).isZero();
        double confidence = flat.transform(test).select("probability").collectAsList().stream()
                .mapToDouble(row ->
                        Arrays.stream(row.<Vector>getAs(0).toArray()).max().orElseThrow())
                .average()
                .orElseThrow();
        assertThat(confidence).as("mean probability of the decision").isCloseTo(accuracy(flat, test), within(0.05));
    }

    @Test
    void aBeamKeepsTheMostProbableClassesWithTheirProbabilities() {
        LinearModel model = FLAT.copy(ParamMap.empty());
        Dataset<Row> some = DATA.limit(20);
        List<Row> exact = model.transform(some).collectAsList();
        model.set(model.beamWidth(), 1);
        List<Row> beam = model.transform(some).collectAsList();

        for (int i = 0; i < exact.size(); i++) {
            double[] all = exact.get(i).<Vector>getAs("probability").toArray();
            SparseVector kept = beam.get(i).getAs("probability");
            double[] sorted = Arrays.stream(all).sorted().toArray();
            assertThat(Arrays.stream(all).sum()).isCloseTo(1, within(1e-9));
            assertThat(kept.indices()).hasSize(20);
            for (int j = 0; j < 20; j++) {
                assertThat(kept.values()[j])
                        .isEqualTo(all[kept.indices()[j]])
                        .isGreaterThanOrEqualTo(sorted[all.length - 20]);
            }
            assertThat(beam.get(i).<String>getAs("prediction"))
                    .isEqualTo(exact.get(i).getAs("prediction"));
        }
    }

    @Test
    void theSameBitsWhateverTheOrderAndPartitioningAndAfterSaving(@TempDir Path folder) throws Exception {
        List<Row> shuffled = new ArrayList<>(TRAIN);
        Collections.shuffle(shuffled, new Random(5));
        assertThat(classifier("flat")
                        .fit(TrainingData.dataset(spark, shuffled).repartition(5))
                        .fingerprint())
                .isEqualTo(FLAT.fingerprint());

        FLAT.write().save(folder.resolve("model").toString());
        LinearModel loaded = LinearModel.read().load(folder.resolve("model").toString());
        assertThat(loaded.fingerprint()).isEqualTo(FLAT.fingerprint());
        assertThat(loaded.coefficients().isFlatTree()).isTrue();
    }

    /** All rows have the same length, so that the fold does not change how they are scaled. */
    @Test
    void aFoldThatIsHeldOutHasNoInfluence() {
        StructType schema = TrainingData.SCHEMA.add("fold", DataTypes.IntegerType);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < TRAIN.size(); i++) {
            Row row = TRAIN.get(i);
            rows.add(RowFactory.create(row.get(0), row.get(1), row.get(2), row.get(3), i / 1_200 == 4 ? 1 : 0));
        }
        LabelTreeClassifier classifier = classifier("flat");
        classifier.set(classifier.foldCol(), "fold");
        Setting setting = new Setting(1e-5, 0, "none", Map.of());
        List<LinearModel> models = classifier
                .fit(spark.createDataFrame(rows, schema), List.of(setting), 2)
                .get(0);
        LinearModel without = classifier("flat").fit(TrainingData.dataset(spark, TRAIN.subList(0, 4_800)));

        assertThat(models.get(2).fingerprint()).isEqualTo(without.fingerprint());
        assertThat(models.get(0).fingerprint()).isNotEqualTo(without.fingerprint());
    }

    @Test
    void penaltiesThatAFlatTreeDoesNotHaveAreRefused() {
        LabelTreeClassifier classifier = classifier("flat");
        classifier.set(classifier.elasticNet(), 0.5);
        assertThatThrownBy(() -> classifier.fit(DATA)).hasMessageContaining("a flat tree has no elasticNet");
        assertThatThrownBy(() -> classifier("round").fit(DATA))
                .hasMessageContaining("shape must be auto, levels or flat, not round");
    }
}
