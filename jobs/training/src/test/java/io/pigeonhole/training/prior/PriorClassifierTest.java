package io.pigeonhole.training.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.transforms.StageContractTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriorClassifierTest extends StageContractTest {

    private static final String SCHEMA = "label STRING, path ARRAY<STRING>, weight DOUBLE";

    /** Those of {@code prior.py}. */
    private static final List<Row> ROWS = List.of(
            row("moss", "plants", 2.5),
            row("cat", "animals", 0.5),
            row("fern", "plants", 1.0),
            row("cat", "animals", 0.25),
            row("dog", "animals", 0.1),
            row("fern", "plants", 1.0),
            row("cat", "animals", 0.2),
            row("moss", "plants", 1.5),
            row("dog", "animals", 0.7),
            row("fern", "plants", 1.0),
            row("dog", "animals", 0.3));

    private static Row row(String label, String parent, double weight) {
        return RowFactory.create(label, new String[] {parent, label}, weight);
    }

    private static Dataset<Row> dataset(List<Row> rows) {
        return spark.createDataFrame(rows, StructType.fromDDL(SCHEMA));
    }

    private static PriorClassifier classifier(String strategy, boolean weighted) {
        PriorClassifier classifier = new PriorClassifier("floor");
        classifier.set(classifier.strategy(), strategy);
        classifier.set(classifier.weightCol(), weighted ? "weight" : "");
        return classifier;
    }

    @Override
    protected PriorClassifier stage() {
        PriorClassifier classifier = classifier("prior", true);
        classifier.set(classifier.pathCol(), "path");
        return classifier;
    }

    @Override
    protected Dataset<Row> rows() {
        return dataset(ROWS);
    }

    @ParameterizedTest
    @CsvSource({
        "prior, true",
        "prior, false",
        "most_frequent, true",
        "most_frequent, false",
        "uniform, true",
        "uniform, false"
    })
    void probabilitiesAndDecisionsAreThoseOfScikitLearn(String strategy, boolean weighted) throws IOException {
        List<String> labels = new ArrayList<>();
        List<Double> probabilities = new ArrayList<>();
        String predicted = "";
        for (String line : Files.readAllLines(Path.of("src/test/resources/reference/prior.csv"))) {
            String[] fields = line.split(",");
            if (fields[0].equals(strategy) && fields[1].equalsIgnoreCase(String.valueOf(weighted))) {
                predicted = fields[2];
                labels.add(fields[3]);
                probabilities.add(Double.parseDouble(fields[4]));
            }
        }
        PriorModel model = classifier(strategy, weighted).fit(rows());
        Row row = model.transform(rows()).first();
        assertThat(model.labels()).hasSize(4).isEqualTo(labels);
        assertThat(row.<Vector>getAs("probability").toArray())
                .containsExactly(
                        probabilities.stream().mapToDouble(Double::doubleValue).toArray(), within(1e-15));
        assertThat(row.<String>getAs("prediction"))
                .as("scikit-learn draws the class of uniform; here it is the first by name")
                .isEqualTo(strategy.equals("uniform") ? "cat" : predicted);
    }

    @Test
    void everyRowGetsTheSame() {
        List<Row> scored = stage().fit(rows())
                .transform(rows())
                .select("probability", "prediction")
                .collectAsList();
        assertThat(scored).hasSize(ROWS.size());
        assertThat(scored.stream().distinct()).hasSize(1);
    }

    @Test
    void itKnowsTheTaxonomyAndTheRows() {
        PriorModel model = stage().fit(rows());
        assertThat(model.taxonomy().path("fern")).contains(List.of("plants", "fern"));
        assertThat(model.rows()).isEqualTo(11);
        assertThat(model.trainer()).isEqualTo("prior");
        assertThat(classifier("prior", true).fit(rows()).taxonomy().path("fern"))
                .contains(List.of("fern"));
    }

    @Test
    void theFingerprintIsThatOfTheProbabilities() {
        String expected = stage().fit(rows()).fingerprint();
        assertThat(stage().fit(rows().repartition(7)).fingerprint()).isEqualTo(expected);
        assertThat(stage().fit(dataset(ROWS.subList(1, 11))).fingerprint()).isNotEqualTo(expected);
    }

    @Test
    void rowsWithoutALabelOrAWeightAreRefused() {
        assertThatThrownBy(() -> stage().fit(dataset(Arrays.asList(RowFactory.create(null, null, 1.0)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a training row has no label");
        assertThatThrownBy(() -> stage().fit(dataset(List.of(row("cat", "animals", 0)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the rows of class 'cat' weigh")
                .hasMessageContaining("must be above 0");
        assertThatThrownBy(() -> classifier("stratified", true).fit(rows()))
                .hasMessageContaining("strategy must be prior, most_frequent or uniform, not stratified");
    }
}
