package io.pigeonhole.training.sparkml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.StageContractTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkMlClassifierTest extends StageContractTest {

    private static final String ML = "org.apache.spark.ml.classification.";
    private static final String FOREST = ML + "RandomForestClassifier";
    private static final String BAYES = ML + "NaiveBayes";
    private static final String PERCEPTRON = ML + "MultilayerPerceptronClassifier";

    private static final StructType SCHEMA = new StructType()
            .add("id", DataTypes.StringType)
            .add("label", DataTypes.StringType)
            .add("path", DataTypes.createArrayType(DataTypes.StringType))
            .add("weight", DataTypes.DoubleType)
            .add("features", SQLDataTypes.VectorType());

    private static Row row(int id, String label, double weight, Vector features) {
        return RowFactory.create("row " + id, label, new String[] {"root", label}, weight, features);
    }

    private static Dataset<Row> dataset(List<Row> rows) {
        return spark.createDataFrame(rows, SCHEMA);
    }

    /** Rows of three classes around different corners, with weights that are no multiples of a power of two. */
    private static List<Row> corners() {
        Random random = new Random(7);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int k = i % 7 == 0 ? 0 : i % 2 + 1;
            double[] features = random.doubles(4).toArray();
            features[k] += 0.5;
            rows.add(row(i, List.of("zebra", "ant", "moss").get(k), 1 + i / 10.0, Vectors.dense(features)));
        }
        return rows;
    }

    private static Map<String, ParameterValue> params(Object... namesAndValues) {
        Map<String, ParameterValue> params = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            params.put(namesAndValues[i].toString(), value(namesAndValues[i + 1]));
        }
        return params;
    }

    private static ParameterValue value(Object value) {
        return value instanceof List<?> list
                ? new ParameterValue.Several(
                        list.stream().map(SparkMlClassifierTest::value).toList())
                : new ParameterValue.Single(value.toString());
    }

    private static SparkMlClassifier classifier(SparkMlSettings settings) {
        SparkMlClassifier classifier = new SparkMlClassifier("model");
        classifier.set(classifier.settings(), settings);
        classifier.set(classifier.weightCol(), "weight");
        classifier.set(classifier.pathCol(), "path");
        classifier.set(classifier.idCol(), "id");
        return classifier;
    }

    private static SparkMlClassifier classifier(String type, Object... params) {
        return classifier(SparkMlSettings.of(type, params(params), 42));
    }

    /** In four partitions, of which each task takes some. */
    @Override
    protected SparkMlClassifier stage() {
        return classifier(
                new SparkMlSettings(FOREST, params("numTrees", 3, "maxDepth", 3), "balanced", Map.of(), 4, 42));
    }

    @Override
    protected Dataset<Row> rows() {
        return dataset(corners());
    }

    @Test
    void theModelKnowsItsClassesByNameAndItsHash() {
        SparkMlModel model = stage().fit(rows());
        assertThat(model.labels()).containsExactly("ant", "moss", "zebra");
        assertThat(model.taxonomy().path("ant")).contains(List.of("root", "ant"));
        assertThat(model.trainer()).isEqualTo("spark_ml");
        assertThat(model.summary()).contains(new SparkMlSummary(60, 4, 4, true));
        assertThat(model.bytes()).isPositive();
        assertThat(stage().fit(rows().repartition(5)).fingerprint()).isEqualTo(model.fingerprint());
        assertThat(stage().fit(dataset(corners().subList(1, 60))).fingerprint()).isNotEqualTo(model.fingerprint());
    }

    /**
     * Multinomial naive Bayes with smoothing 1, by hand: with weights 2 and 1, class a has counts 5 and 2 of 7, b has 0 and
     * 4 of 4; the shares of the classes are 3/4 and 1/4, with their smoothing 4/6 and 2/6.
     */
    @Test
    void weightsCountAndProbabilitiesAreInTheOrderOfTheNames() {
        List<Row> rows = List.of(
                row(1, "b", 1, Vectors.dense(0, 4)),
                row(2, "a", 2, Vectors.dense(2, 1)),
                row(3, "a", 1, Vectors.dense(1, 0)));
        Row scored =
                classifier(BAYES).fit(dataset(rows)).transform(dataset(rows)).first();
        // features (0, 4): pi * theta_1^4
        double a = 4 / 6.0 * Math.pow(3 / 9.0, 4);
        double b = 2 / 6.0 * Math.pow(5 / 6.0, 4);
        assertThat(scored.<Vector>getAs("probability").toArray())
                .containsExactly(new double[] {a / (a + b), b / (a + b)}, within(1e-9));
        assertThat(scored.<String>getAs("prediction")).isEqualTo("b");
    }

    @Test
    void moreClassesThanMllibCountsByItselfAreLearnt() {
        List<Row> rows = IntStream.range(0, 120)
                .mapToObj(i -> row(i, String.format("class %03d", 119 - i), 1, Vectors.dense(i)))
                .toList();
        SparkMlModel model = classifier(
                        ML + "DecisionTreeClassifier", "impurity", "entropy", "maxDepth", 8, "maxBins", 128)
                .fit(dataset(rows));
        assertThat(model.labels()).hasSize(120);
        assertThat(model.transform(dataset(rows)).filter("prediction = label").count())
                .isEqualTo(120);
    }

    @Test
    void aPerceptronGetsTheLayersOfItsEnds() {
        SparkMlModel model = classifier(SparkMlSettings.of(PERCEPTRON, params("layers", List.of(5), "maxIter", 3), 42))
                .fit(dataset(corners().stream()
                        .map(row -> row(row.getString(0).hashCode(), row.getString(1), 1, (Vector) row.get(4)))
                        .toList()));
        // 4 features, 5 hidden, 3 classes, each layer with its biases
        assertThat(((MultilayerPerceptronClassificationModel) model.classifier())
                        .weights()
                        .size())
                .isEqualTo(5 * 5 + 6 * 3);
    }

    /** A zero is a number for XGBoost, whatever the form of its vector, unless it is declared to be missing. */
    @Test
    void boostedTreesOfXgboostTakeBothFormsOfAVectorForTheSame(@TempDir Path folder) throws IOException {
        List<Row> sparse = new ArrayList<>();
        List<Row> dense = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            Vector vector = Vectors.dense(i % 3 == 0 ? 0 : i % 3 == 1 ? -1 : 1, i % 5, 0, 0);
            String label = List.of("b", "c", "a").get(i % 3);
            sparse.add(row(i, label, 1 + i % 2, i % 2 == 0 ? vector.toSparse() : vector.toDense()));
            dense.add(row(i, label, 1 + i % 2, vector.toDense()));
        }
        String type = "ml.dmlc.xgboost4j.scala.spark.XGBoostClassifier";
        SparkMlModel ofDense = classifier(type, "numRound", 5, "max_depth", 2)
                .fit(dataset(dense).repartition(3));
        SparkMlModel ofBoth = classifier(type, "numRound", 5, "max_depth", 2)
                .fit(dataset(sparse).repartition(2));
        assertThat(ofBoth.fingerprint()).isEqualTo(ofDense.fingerprint());
        assertThat(ofBoth.summary()).contains(new SparkMlSummary(90, 4, 1, true));
        assertThat(ofBoth.transform(dataset(sparse)).select("probability").collectAsList())
                .isEqualTo(
                        ofDense.transform(dataset(dense)).select("probability").collectAsList());
        assertThat(ofBoth.transform(dataset(sparse))
                        .filter("prediction = label")
                        .count())
                .isEqualTo(90);
        String saved = folder.resolve("boosted").toString();
        ofBoth.write().save(saved);
        SparkMlModel loaded = SparkMlModel.read().load(saved);
        assertThat(loaded.fingerprint()).isEqualTo(ofBoth.fingerprint());
        assertThat(loaded.transform(dataset(sparse)).select("probability").collectAsList())
                .isEqualTo(
                        ofBoth.transform(dataset(sparse)).select("probability").collectAsList());
        SparkMlModel zerosMissing =
                classifier(type, "numRound", 5, "max_depth", 2, "missing", 0).fit(dataset(sparse));
        assertThat(zerosMissing.transform(dataset(dense)).select("probability").collectAsList())
                .isEqualTo(zerosMissing
                        .transform(dataset(sparse))
                        .select("probability")
                        .collectAsList());
        assertThat(zerosMissing
                        .transform(dataset(sparse))
                        .filter("prediction = label")
                        .count())
                .isEqualTo(90);
        assertThatThrownBy(() -> classifier(type, "numWorkers", 64).fit(dataset(dense)))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("numWorkers = 64 needs as many tasks at the same time");
    }

    @Test
    void eachValueOfAParameterIsTriedWithEachOfTheOthers() {
        assertThat(SparkMlEstimators.settings(FOREST, params("numTrees", List.of(5, 7), "maxDepth", List.of(2, 3))))
                .extracting(Object::toString)
                .containsExactly(
                        "{maxDepth=2, numTrees=5}",
                        "{maxDepth=2, numTrees=7}",
                        "{maxDepth=3, numTrees=5}",
                        "{maxDepth=3, numTrees=7}");
        assertThat(SparkMlEstimators.settings(PERCEPTRON, params("layers", List.of(8, 8))))
                .as("a list is one value of a parameter that takes a list")
                .hasSize(1);
        assertThat(SparkMlEstimators.settings(PERCEPTRON, params("layers", List.of(List.of(8), List.of(8, 4)))))
                .extracting(Object::toString)
                .containsExactly("{layers=[8]}", "{layers=[8, 4]}");
    }

    @Test
    void mistakesInTheNameOfTheClassAndInParametersAreNamed() {
        refused("org.example.Forest", "The class org.example.Forest is not on the class path");
        refused("java.lang.String", "java.lang.String is no classifier of Spark ML");
        refused("org.apache.spark.ml.feature.StringIndexer", "is no classifier of Spark ML");
        refused(ML + "LinearSVC", "gives no probabilities", "trainer = one_vs_rest with loss = squared_hinge");
        refused(ML + "OneVsRest", "gives no probabilities");
        refused(FOREST, "no parameter 'num_tree'; did you mean 'numTrees'?", "num_tree", 3);
        refused(FOREST, "'numTrees' of " + FOREST + " must be a whole number, not 2.5", "numTrees", 2.5);
        refused(FOREST, "'cacheNodeIds' of " + FOREST + " must be true or false, not 1", "cacheNodeIds", 1);
        refused(FOREST, "'impurity' of " + FOREST + " does not accept wood", "impurity", "wood");
        refused(FOREST, "'weightCol' of " + FOREST + " is set by the trainer", "weightCol", "w");
        refused(PERCEPTRON, "'layers' of " + PERCEPTRON + " must be a list of numbers", "layers", List.of("wide"));
        refused(PERCEPTRON, "'initialWeights' of " + PERCEPTRON + " cannot be given", "initialWeights", 1);
    }

    private static void refused(String type, String message, Object... params) {
        refused(type, new String[] {message}, params);
    }

    private static void refused(String type, String message, String more) {
        refused(type, new String[] {message, more});
    }

    private static void refused(String type, String[] messages, Object... params) {
        assertThatThrownBy(() -> SparkMlEstimators.settings(type, params(params)))
                .isInstanceOfSatisfying(
                        PipelineException.class,
                        e -> assertThat(e.category()).isEqualTo(PipelineException.Category.CONFIGURATION))
                .hasMessageContainingAll(messages);
    }

    @Test
    void rowsThatAClassifierCannotLearnFromAreRefused() {
        assertThatThrownBy(() -> classifier(PERCEPTRON).fit(rows()))
                .hasMessageContaining("no parameter weightCol, so it would ignore the weights of the examples");
        assertThatThrownBy(() ->
                        classifier(FOREST).fit(dataset(Collections.nCopies(3, row(1, "a", 1, Vectors.dense(1))))))
                .hasMessageContaining("have the class 'a' alone");
        assertThatThrownBy(() -> classifier(BAYES)
                        .fit(dataset(List.of(row(1, "a", 1, Vectors.dense(-1)), row(2, "b", 1, Vectors.dense(1))))))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining(BAYES + " cannot be trained on these rows");
    }
}
