package io.pigeonhole.training.nearest;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.transforms.StageContractTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestModelTest extends StageContractTest {

    private static final StructType SCHEMA = new StructType()
            .add("example_id", DataTypes.StringType)
            .add("label", DataTypes.StringType)
            .add("path", DataTypes.createArrayType(DataTypes.StringType))
            .add("weight", DataTypes.DoubleType)
            .add("features", SQLDataTypes.VectorType());

    private static final int FEATURES = 11;

    /** Rows around a centre of each class; every tenth row is the copy of another one. */
    private static List<Row> generated(int rows, boolean sparse, String... labels) {
        Random random = new Random(3);
        List<Row> generated = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            int label = i % labels.length;
            double[] values = new double[FEATURES];
            for (int f = 0; f < FEATURES; f++) {
                boolean isZero = sparse && random.nextInt(3) > 0;
                values[f] = isZero ? 0 : (f == label ? 1 : 0) + random.nextGaussian() / 2;
            }
            Vector vector = i % 10 == 9 ? generated.get(i - 3).getAs(4) : Vectors.dense(values);
            generated.add(RowFactory.create(
                    String.format("%s-%03d", labels[0], rows - i),
                    labels[label],
                    new String[] {"all", labels[label]},
                    1 + i % 2 / 2.0,
                    sparse ? vector.toSparse() : vector));
        }
        return generated;
    }

    private static Dataset<Row> dataset(List<Row> rows) {
        return spark.createDataFrame(rows, SCHEMA);
    }

    private static NearestClassifier classifier(NearestMethod method) {
        NearestClassifier classifier = new NearestClassifier("near");
        classifier.set(classifier.method(), method.code());
        classifier.set(classifier.neighbours(), 7);
        classifier.set(classifier.weightCol(), "weight");
        classifier.set(classifier.pathCol(), "path");
        return classifier;
    }

    @Override
    protected NearestClassifier stage() {
        return classifier(NearestMethod.NEIGHBOURS);
    }

    @Override
    protected Dataset<Row> rows() {
        return dataset(generated(60, false, "cat", "dog", "moss"));
    }

    /** By all distances in double precision, sorted. */
    private static List<String> expected(List<Row> references, Row query, Metric metric, int number) {
        TreeMap<String, Double> similarities = new TreeMap<>();
        double[] x = query.<Vector>getAs(4).toArray();
        for (Row reference : references) {
            double[] y = reference.<Vector>getAs(4).toArray();
            double dot = 0;
            double xx = 0;
            double yy = 0;
            double squares = 0;
            for (int f = 0; f < x.length; f++) {
                dot += x[f] * y[f];
                xx += x[f] * x[f];
                yy += y[f] * y[f];
                squares += (x[f] - y[f]) * (x[f] - y[f]);
            }
            similarities.put(reference.getString(0), metric == Metric.COSINE ? dot / Math.sqrt(xx * yy) : -squares);
        }
        return similarities.keySet().stream()
                .sorted(Comparator.comparing((String id) -> -Math.round(similarities.get(id) * 1e6))
                        .thenComparing(id -> id))
                .limit(number)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"cosine, false", "cosine, true", "euclidean, false", "euclidean, true"})
    void theNeighboursAreTheNearestRowsAndOfEqualOnesTheSmallerId(String metric, boolean sparse) {
        List<Row> references = generated(130, sparse, "cat", "dog", "moss");
        NearestClassifier classifier = classifier(NearestMethod.NEIGHBOURS);
        classifier.set(classifier.metric(), metric);
        NearestModel model = classifier.fit(dataset(references));
        List<Row> queries = generated(40, sparse, "query", "dog");
        List<Row> compared = model.compared(dataset(queries), "compared").collectAsList();
        for (int q = 0; q < queries.size(); q++) {
            assertThat(compared.get(q).<Row>getList(5).stream().map(row -> row.getString(0)))
                    .isEqualTo(expected(references, queries.get(q), Metric.of(metric), 7));
        }
    }

    @Test
    void oneShardOrManyAndDenseOrSparseRowsGiveTheSameBits() {
        List<Reference> references = new ArrayList<>();
        stage().references(dataset(generated(130, true, "cat", "dog")), Metric.EUCLIDEAN)
                .forEachRemaining(references::add);
        List<FeatureVector> queries =
                references.stream().map(Reference::vector).toList().subList(0, 70);
        List<List<Neighbour>> one =
                new Search(Metric.EUCLIDEAN, 5, Shards.of(spark, references.iterator(), 0, 10_000)).of(queries);
        List<List<Neighbour>> many =
                new Search(Metric.EUCLIDEAN, 5, Shards.of(spark, references.iterator(), 0, 30)).of(queries);
        assertThat(many).isEqualTo(one);
        List<FeatureVector> vectors = references.stream().map(Reference::vector).toList();
        int[] rows = java.util.stream.IntStream.range(0, vectors.size()).toArray();
        for (Metric metric : Metric.values()) {
            assertThat(new DenseRows(vectors).similarities(metric, queries.get(0), rows))
                    .isEqualTo(new SparseRows(vectors).similarities(metric, queries.get(0), rows));
        }
    }

    @ParameterizedTest
    @CsvSource({"neighbours, 0", "neighbours, 1", "centroids, 0"})
    void addingAClassLeavesEveryScoreOfTheOthersToTheBit(String method, double balance) {
        List<Row> queries = generated(40, false, "query", "dog", "x", "y");
        NearestClassifier classifier = classifier(NearestMethod.of(method));
        classifier.set(classifier.balance(), balance);
        classifier.set(classifier.covariance(), "shared");
        NearestModel before = classifier.fit(rows());
        List<Row> more = new ArrayList<>(generated(60, false, "cat", "dog", "moss"));
        more.addAll(yews());
        NearestModel after = before.withClassesOf(dataset(more), classifier);
        assertThat(after.labels()).containsExactly("cat", "dog", "moss", "yew");
        assertThat(after.addedClasses()).isEqualTo(Map.of("yew", 12L));
        assertThat(after.taxonomy().path("yew")).contains(List.of("all", "yew"));
        List<Row> old = before.transform(dataset(queries)).collectAsList();
        List<Row> now = after.transform(dataset(queries)).collectAsList();
        int found = 0;
        for (int q = 0; q < queries.size(); q++) {
            double[] scores = now.get(q).<Vector>getAs("rawPrediction").toArray();
            assertThat(Arrays.copyOf(scores, 3))
                    .isEqualTo(old.get(q).<Vector>getAs("rawPrediction").toArray());
            found += scores[3] > Double.NEGATIVE_INFINITY ? 1 : 0;
        }
        assertThat(found).as("rows near the new class").isPositive();
        assertThat(after.transform(dataset(yews()))
                        .filter(col("prediction").equalTo("yew"))
                        .count())
                .as("its own rows")
                .isGreaterThan(8);
    }

    private static List<Row> yews() {
        return generated(48, false, "w", "x", "y", "yew").stream()
                .filter(row -> row.getString(1).equals("yew"))
                .toList();
    }

    @Test
    void rowsLeaveTheModelAndTheOthersKeepTheirPlaces() {
        List<Row> references = generated(60, false, "cat", "dog", "moss");
        NearestModel model = stage().fit(dataset(references));
        Set<String> gone = Set.of("cat-001", "cat-017", "absent");
        assertThat(model.held(gone)).containsExactly("cat-001", "cat-017");
        NearestModel rest = model.withoutExamples(gone);
        assertThat(rest.held(gone)).isEmpty();
        NearestModel expected = stage().fit(dataset(references.stream()
                .filter(row -> !gone.contains(row.getString(0)))
                .toList()));
        assertThat(rest.rows()).isEqualTo(58);
        assertThat(rest.compared(rows(), "c").collectAsList())
                .isEqualTo(expected.compared(rows(), "c").collectAsList());
        Set<String> all = references.stream().map(row -> row.getString(0)).collect(Collectors.toSet());
        assertThat(model.withoutExamples(all)
                        .transform(rows())
                        .select("probability")
                        .distinct()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void theCommonCovarianceIsThatOfDiscriminantAnalysis() {
        // two classes of two rows on a line each; by hand: means (1, 1) and (3, 1), covariance diag(1, 0.25)
        List<Row> rows = List.of(
                row("a", "low", 0, 0.5),
                row("b", "low", 2, 1.5),
                row("c", "low", 0, 1.5),
                row("d", "low", 2, 0.5),
                row("e", "high", 2, 0.5),
                row("f", "high", 4, 1.5),
                row("g", "high", 2, 1.5),
                row("h", "high", 4, 0.5));
        NearestClassifier classifier = classifier(NearestMethod.CENTROIDS);
        classifier.set(classifier.metric(), "euclidean");
        classifier.set(classifier.covariance(), "shared");
        classifier.set(classifier.shrinkage(), 0.2);
        NearestModel model = classifier.fit(dataset(rows));
        // 0.8 diag(1, 0.25) + 0.2 * 0.625 I = diag(0.925, 0.325)
        double[] scores = model.transform(dataset(List.of(row("q", "low", 1.5, 2))))
                .first()
                .<Vector>getAs("rawPrediction")
                .toArray();
        double high = 1.5 * 3 / 0.925 + 2 / 0.325 - (9 / 0.925 + 1 / 0.325) / 2;
        double low = 1.5 / 0.925 + 2 / 0.325 - (1 / 0.925 + 1 / 0.325) / 2;
        assertThat(scores).containsExactly(new double[] {high, low}, within(1e-6));
    }

    private static Row row(String id, String label, double... values) {
        return RowFactory.create(id, label, new String[] {label}, 1.0, Vectors.dense(values));
    }

    @Test
    void aRowIsTheMoreUnknownTheFartherItIsFromTheNearestRowOrCentroid() {
        Dataset<Row> rows = dataset(List.of(row("a", "low", 0, 1), row("b", "low", 0, 3), row("c", "high", 4, 0)));
        Dataset<Row> query = dataset(List.of(row("q", "low", 3, 4)));
        NearestClassifier euclidean = stage();
        euclidean.set(euclidean.metric(), "euclidean");
        // squared distances to the rows: 18, 10 and 17
        assertThat(euclidean.fit(rows).transform(query).first().<Double>getAs("unknown_score"))
                .isCloseTo(10, within(1e-6));
        // cosines to the centroids: 0.8 and 0.6
        assertThat(classifier(NearestMethod.CENTROIDS)
                        .fit(rows)
                        .transform(query)
                        .first()
                        .<Double>getAs("unknown_score"))
                .isCloseTo(-0.8, within(1e-6));
        NearestClassifier plain = classifier(NearestMethod.CENTROIDS);
        plain.set(plain.metric(), "euclidean");
        assertThat(plain.fit(rows).writesUnknownScore()).isFalse();
    }

    @Test
    void votesAreCountedOrWeightedByTheExponentialOfTheSimilarity() {
        List<Neighbour> found = List.of(
                new Neighbour("1", "a", 1, 0.9), new Neighbour("2", "b", 2, 0.8), new Neighbour("3", "a", 1, 0.7));
        List<String> labels = List.of("a", "b", "c");
        double[] weighted = new Votes(labels, Metric.COSINE, 3, VoteWeights.DISTANCE, 0.1, new double[3]).scores(found);
        assertThat(weighted)
                .containsExactly(
                        new double[] {
                            Math.log(Math.exp(9) + Math.exp(7)), Math.log(2 * Math.exp(8)), Double.NEGATIVE_INFINITY
                        },
                        within(1e-12));
        double[] equal = new Votes(labels, Metric.COSINE, 3, VoteWeights.UNIFORM, 0.1, new double[3]).scores(found);
        assertThat(equal[0]).as("the nearer of equal votes").isGreaterThan(equal[1]);
        assertThat(equal[1]).isCloseTo(Math.log(2), within(1e-6));
        double[] probabilities = new Posterior(1, 0.1, new double[] {0.5, 0.3, 0.2}).probabilities(equal);
        assertThat(probabilities).containsExactly(new double[] {0.5, 0.48, 0.02}, within(1e-6));
    }

    @Test
    void votesOfAClassCountAsIfItHadTheSizeOfAnAverageClassOfTheTraining() {
        Classes classes = new Classes(new TreeMap<>(Map.of(
                "large", new Classes.Known(List.of("large"), 16, 16, 0),
                "late", new Classes.Known(List.of("late"), 4, 5, 1),
                "small", new Classes.Known(List.of("small"), 4, 4, 0))));
        assertThat(classes.offsets(new double[0])).containsExactly(0, 0, 0);
        assertThat(classes.offsets(new double[] {0, 1}))
                .containsExactly(new double[] {0, Math.log(10 / 5.0), 0}, within(1e-12));
        assertThat(classes.offsets(new double[] {0.5}))
                .containsExactly(new double[] {Math.log(10 / 16.0) / 2, 0, Math.log(10 / 4.0) / 2}, within(1e-12));

        // three votes of a class of 16 rows, two of one of 4
        List<Neighbour> found = List.of(
                new Neighbour("1", "small", 1, 0.9),
                new Neighbour("2", "small", 1, 0.9),
                new Neighbour("3", "large", 1, 0.9),
                new Neighbour("4", "large", 1, 0.9),
                new Neighbour("5", "large", 1, 0.9));
        double[] offsets = classes.offsets(new double[] {1});
        double[] scores =
                new Votes(classes.labels(), Metric.COSINE, 5, VoteWeights.DISTANCE, 0.1, offsets).scores(found);
        assertThat(scores[2] - scores[0]).isCloseTo(Math.log((2 / 4.0) / (3 / 16.0)), within(1e-12));
    }

    @Test
    void temperatureAndSmoothingHaveTheLeastLogLossOfTheirGrid() {
        NearestModel model = classifier(NearestMethod.CENTROIDS).fit(rows());
        Dataset<Row> compared = model.compared(dataset(generated(90, false, "cat", "dog", "moss", "other")), "c");
        NearestModel tuned = model.tuned(compared, "c", "label", Optional.empty(), Optional.empty());
        double least = loss(tuned, compared);
        for (double factor : new double[] {0.7071067811865476, 1.4142135623730951}) {
            assertThat(loss(
                            model.withPosterior(
                                    Optional.of(tuned.chosenTemperature() * factor),
                                    Optional.of(tuned.chosenSmoothing())),
                            compared))
                    .isGreaterThan(least);
        }
        assertThat(model.tuned(compared.repartition(5), "c", "label", Optional.empty(), Optional.of(0.2))
                        .chosenSmoothing())
                .isEqualTo(0.2);
    }

    private static double loss(NearestModel model, Dataset<Row> compared) {
        double loss = 0;
        for (Row row : model.decided(compared, "c").collectAsList()) {
            int label = Collections.binarySearch(model.labels(), row.<String>getAs("label"));
            loss -= label < 0 ? 0 : Math.log(row.<Vector>getAs("probability").apply(label));
        }
        return loss;
    }

    @Test
    void rowsThatCannotBeComparedAreRefused() {
        assertThatThrownBy(() -> stage().fit(dataset(List.of(row("a", "x", 1), row("a", "y", 2)))))
                .hasMessageContaining("two training rows have the id 'a'");
        assertThatThrownBy(() -> stage().fit(dataset(List.of(row("a", "x", Double.NaN, 1)))))
                .hasMessageContaining("feature 0 is NaN, and rows can be compared up to 1.0E15");
        assertThatThrownBy(() -> stage().fit(dataset(List.of(row("a", "x", 1, 2), row("b", "x", 1)))))
                .hasMessageContaining("the training row 'b' has 1 features, and others have 2");
        assertThatThrownBy(() -> stage().fit(dataset(List.of()))).hasMessageContaining("there are no training rows");
        NearestModel model = stage().fit(dataset(List.of(row("a", "x", 1, 2))));
        assertThatThrownBy(() -> model.transform(dataset(List.of(row("a", "x", 1, 2, 3))))
                        .collectAsList())
                .rootCause()
                .hasMessageContaining("the row has 3 features, but the model has 2");
    }
}
