package io.pigeonhole.evaluation.foreign;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.evaluation.Evaluation;
import io.pigeonhole.evaluation.Samples;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.SparkTest;
import io.pigeonhole.transforms.Taxonomy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignPredictionsTest extends SparkTest {

    private static final List<String> CLASSES = List.of("a1", "a2", "b1", "b2", "b3");
    private static final ForeignPredictions.Names NAMES = new ForeignPredictions.Names("vendor", 7, "june");

    /** The reference with columns of other names, and probabilities in every shape that is understood. */
    private static final Dataset<Row> TABLE = Samples.reference(spark)
            .where("split = 'test'")
            .withColumn("by_class", expr("map_from_entries(top_k)"))
            .selectExpr(
                    "example_id AS row",
                    "label AS truth",
                    "predicted AS guess",
                    "by_class",
                    "transform(array('a1', 'a2', 'b1', 'b2', 'b3'), c -> by_class[c]) AS numbers",
                    "struct(by_class['a1'] AS a1, by_class['a2'] AS a2, by_class['b1'] AS b1, by_class['b2'] AS b2,"
                            + " by_class['b3'] AS b3) AS fields",
                    "top_k AS listed",
                    "cast(by_class['a1'] AS STRING) AS p_a1",
                    "by_class['a2'] AS p_a2",
                    "by_class['b1'] AS p_b1",
                    "by_class['b2'] AS p_b2",
                    "by_class['b3'] AS p_b3")
            .cache();

    private static PredictionColumns columns(
            Optional<String> predicted, Optional<String> probabilities, Map<String, String> probabilityColumns) {
        return new PredictionColumns(
                Optional.of("row"),
                "truth",
                predicted,
                Optional.empty(),
                probabilities,
                probabilityColumns,
                probabilities.filter("numbers"::equals).isPresent() ? CLASSES : List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Map<String, Double> leaves(ForeignPredictions predictions) {
        Map<String, Double> figures = new TreeMap<>();
        for (Row row : Evaluation.evaluate(predictions.rows(), Taxonomy.flat(List.of()), Samples.SPEC)
                .summary()
                .where("model = 'vendor' AND version = 7 AND split = 'june' AND level = 'leaf'")
                .select("metric", "value")
                .collectAsList()) {
            figures.put(row.getString(0), row.getDouble(1));
        }
        return figures;
    }

    private static ForeignPredictions inShape(String shape) {
        Map<String, String> each = new TreeMap<>();
        CLASSES.forEach(label -> each.put(label, "p_" + label));
        return ForeignPredictions.of(
                TABLE,
                shape.isEmpty()
                        ? columns(Optional.empty(), Optional.empty(), each)
                        : columns(Optional.empty(), Optional.of(shape), Map.of()),
                NAMES,
                List.of(),
                Map.of());
    }

    @Test
    void their_figures_are_those_of_scikit_learn() {
        ForeignPredictions predictions = inShape("numbers");

        assertThat(predictions.notComputed()).isEmpty();
        Map<String, Double> figures = leaves(predictions);
        for (String[] line : Samples.read("figures.csv")) {
            boolean needsTaxonomyOrLists = line[2].startsWith("hierarchical") || !figures.containsKey(line[2]);
            if (line[0].equals("test") && line[1].equals("leaf") && !needsTaxonomyOrLists) {
                assertThat(figures.get(line[2])).as(line[2]).isCloseTo(Double.parseDouble(line[3]), within(1e-9));
            }
        }
        assertThat(figures)
                .containsKeys(
                        "accuracy",
                        "macro_f1",
                        "log_loss",
                        "expected_calibration_error",
                        "unseen_label_rate",
                        "top_3_accuracy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"by_class", "fields", "listed", ""})
    void whatever_shape_probabilities_have_the_rows_are_the_same(String shape) {
        assertThat(rows(inShape(shape))).isEqualTo(rows(inShape("numbers")));
    }

    private static List<String> rows(ForeignPredictions predictions) {
        return predictions.rows().orderBy("example_id").toJSON().collectAsList();
    }

    @Test
    void without_probabilities_it_is_said_what_cannot_be_computed() {
        ForeignPredictions predictions = ForeignPredictions.of(
                TABLE, columns(Optional.of("guess"), Optional.empty(), Map.of()), NAMES, List.of(), Map.of());

        assertThat(predictions.notComputed()).hasSize(2);
        assertThat(predictions.notComputed().get(0))
                .startsWith("log loss, ranks")
                .contains("there are no probabilities");
        assertThat(predictions.notComputed().get(1)).startsWith("calibration");
        assertThat(leaves(predictions))
                .containsKeys("accuracy", "macro_f1", "mcc")
                .doesNotContainKeys("log_loss", "expected_calibration_error", "top_3_accuracy");
    }

    @Test
    void probabilities_of_some_classes_alone_tell_no_log_loss() {
        Dataset<Row> partly = TABLE.withColumn("listed", expr("slice(listed, 1, 2)"));
        ForeignPredictions predictions = ForeignPredictions.of(
                partly, columns(Optional.empty(), Optional.of("listed"), Map.of()), NAMES, List.of(), Map.of());

        assertThat(predictions.notComputed()).singleElement().asString().contains("leave out classes");
        assertThat(predictions
                        .rows()
                        .where("unlisted_probability > probabilities[1].probability")
                        .isEmpty())
                .isTrue();
        assertThat(leaves(predictions))
                .containsKeys("accuracy", "expected_calibration_error", "top_2_accuracy")
                .doesNotContainKeys("log_loss", "unseen_label_rate", "top_3_accuracy");
    }

    @Test
    void rows_without_an_id_are_named_by_their_content_and_told_apart() {
        Dataset<Row> twice = TABLE.select("truth", "guess").union(TABLE.select("truth", "guess"));
        PredictionColumns columns = new PredictionColumns(
                Optional.empty(),
                "truth",
                Optional.of("guess"),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());

        Dataset<Row> rows = ForeignPredictions.of(twice, columns, NAMES, List.of(), Map.of())
                .rows();
        Dataset<Row> again = ForeignPredictions.of(twice.repartition(5), columns, NAMES, List.of(), Map.of())
                .rows();

        assertThat(rows.select("example_id").distinct().count()).isEqualTo(120);
        assertThat(again.select("example_id").except(rows.select("example_id")).isEmpty())
                .isTrue();
    }

    @Test
    void what_is_of_no_use_is_named() {
        Optional<String> none = Optional.empty();
        assertRefused(TABLE.drop("truth"), columns(Optional.of("guess"), none, Map.of()), "lack the columns [truth]");
        assertRefused(TABLE, columns(none, none, Map.of()), "lack the columns [predicted]");
        assertRefused(TABLE, columns(none, Optional.of("guess"), Map.of()), "Column 'guess'", "the type string");
        assertRefused(
                TABLE.union(TABLE), columns(Optional.of("guess"), none, Map.of()), "60 rows whose example occurs more");
        assertRefused(
                TABLE.withColumn("numbers", expr("transform(numbers, p -> 100 * p)")),
                columns(none, Optional.of("numbers"), Map.of()),
                "with a probability that is missing or not within 0 and 1");
        assertRefused(
                TABLE.withColumn("numbers", expr("slice(numbers, 1, 4)")),
                columns(none, Optional.of("numbers"), Map.of()),
                "60 rows with a probability that is missing");
        assertRefused(
                TABLE.withColumn("numbers", expr("concat(numbers, array(0.0D))")),
                columns(none, Optional.of("numbers"), Map.of()),
                "60 rows that list a class twice, or a probability without a class");
        assertRefused(
                TABLE.withColumn("fields", expr("struct(0.7 AS a1, 0.6 AS a2)")),
                columns(none, Optional.of("fields"), Map.of()),
                "60 rows whose probabilities add up to more than 1");
        assertThatThrownBy(() -> columns(none, Optional.of("numbers"), Map.of("a1", "p_a1")))
                .hasMessageContaining("the probabilities are mapped twice");
    }

    private static void assertRefused(Dataset<Row> table, PredictionColumns columns, String... message) {
        assertThatThrownBy(() -> ForeignPredictions.of(table, columns, NAMES, List.of(), Map.of()))
                .isInstanceOfSatisfying(
                        PipelineException.class,
                        e -> assertThat(e.category()).isEqualTo(PipelineException.Category.DATA_CONTRACT))
                .hasMessageContainingAll(message);
    }

    private static ForeignPredictions of(Dataset<Row> table, Map<String, String> aliases) {
        return ForeignPredictions.of(
                table, columns(Optional.of("guess"), Optional.empty(), Map.of()), NAMES, List.of(), aliases);
    }

    private static List<Row> decisions(ForeignPredictions predictions) {
        return predictions
                .rows()
                .orderBy("example_id")
                .select("label", "predicted")
                .collectAsList();
    }

    private static Dataset<Row> typed(String label, String guess) {
        return spark.sql("SELECT * FROM VALUES (1, %s, %s) AS (row, truth, guess)".formatted(label, guess));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1L              | 1.0D             | 1",
                "1.50            | 1.5D             | 1.5",
                "7.00            | 7                | 7",
                "' cat '         | 'cat\u200B'      | cat",
                "'cafe\u0301'    | 'caf\u00E9'      | café",
                "true            | 'true'           | true",
            })
    void labelsAndPredictionsMeetHoweverTheyAreWritten(String label, String guess, String expected) {
        assertThat(decisions(of(typed(label, guess), Map.of()))).containsExactly(RowFactory.create(expected, expected));
    }

    @Test
    void nanAndBlanksAreNoLabelsAndAliasesAreApplied() {
        Dataset<Row> table = spark.sql("SELECT * FROM VALUES (1, double('NaN'), 1.0D), (2, NULL, 2.0D), (3, 2.0D, 3.0D)"
                + " AS (row, truth, guess)");

        assertThat(decisions(of(table, Map.of("3", "2"))))
                .containsExactly(
                        RowFactory.create(null, "1"), RowFactory.create(null, "2"), RowFactory.create("2", "2"));
    }

    @Test
    void predictionsOfOtherClassesThanTheLabelsAreRefusedOrDoubted() {
        assertThatThrownBy(() -> of(typed("'0'", "'0.0'"), Map.of()))
                .hasMessageContaining("No predicted class is the label of any row")
                .hasMessageContaining("'0.0'");
        Dataset<Row> mostly = spark.sql(
                "SELECT * FROM VALUES (1, 'a', 'a'), (2, 'a', 'A'), (3, 'a', 'aa') AS (row, truth," + " guess)");
        assertThat(of(mostly, Map.of()).doubts())
                .singleElement()
                .asString()
                .contains("2 of 3 predicted classes are the label of no row", "labels.aliases");
        assertThat(of(mostly, Map.of("A", "a")).doubts()).isEmpty();
    }

    @Test
    void textsThatShouldBeNumbersAndIdsThatAreNotExactAreRefused() {
        Dataset<Row> commas = spark.sql("SELECT 1 AS row, 'a' AS truth, '0,9' AS p_a, '0,1' AS p_b");
        assertThatThrownBy(() -> ForeignPredictions.of(
                        commas,
                        columns(Optional.empty(), Optional.empty(), Map.of("a", "p_a", "b", "p_b")),
                        NAMES,
                        List.of(),
                        Map.of()))
                .hasMessageContaining("'p_a'")
                .hasMessageContaining("'0,9'")
                .hasMessageContaining("decimal point");
        Dataset<Row> large = spark.sql("SELECT 9007199254740993D AS row, 'a' AS truth, 'a' AS guess");
        assertThatThrownBy(() -> of(large, Map.of())).hasMessageContaining("too large to tell ids apart");
    }
}
