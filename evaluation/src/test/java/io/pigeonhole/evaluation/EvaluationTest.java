package io.pigeonhole.evaluation;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.probabilities.EvaluationCalibration;
import io.pigeonhole.evaluation.probabilities.EvaluationCurves;
import io.pigeonhole.evaluation.probabilities.EvaluationThresholds;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.tables.EvaluationSummary;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.SparkTest;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class EvaluationTest extends SparkTest {

    private static final List<String> AGAINST_REST = List.of(
            "roc_auc",
            "roc_auc_low",
            "roc_auc_high",
            "average_precision",
            "average_precision_low",
            "average_precision_high",
            "brier",
            "brier_reliability",
            "brier_resolution",
            "brier_uncertainty",
            "calibration_error");

    private static final EvaluationTables REFERENCE = Samples.evaluatedReference(spark);

    @Test
    void every_figure_equals_the_one_of_scikit_learn() {
        Map<String, Double> figures = figures(REFERENCE);
        List<String[]> expected = Samples.read("figures.csv");
        for (String[] line : expected) {
            assertThat(figures)
                    .as("%s %s %s", (Object[]) line)
                    .hasEntrySatisfying(
                            line[0] + " " + line[1] + " " + line[2],
                            value -> assertThat(value).isCloseTo(Double.parseDouble(line[3]), within(1e-9)));
        }
        // beyond these, only the counts of labelled and unlabelled rows, and intervals where the usual one has no width
        assertThat(figures.keySet().stream()
                        .filter(name -> expected.stream()
                                .noneMatch(line -> name.equals(line[0] + " " + line[1] + " " + line[2])))
                        .filter(name -> !name.contains("labelled") && !name.matches(".*_(low|high):.*")))
                .isEmpty();
    }

    @Test
    void every_confusion_equals_the_one_of_scikit_learn() {
        Map<String, Row> pairs = new HashMap<>();
        for (Row row : REFERENCE.confusion().collectAsList()) {
            pairs.put(
                    String.join(
                            " ",
                            row.<String>getAs("split"),
                            row.<String>getAs("level"),
                            row.<String>getAs("true_label"),
                            row.<String>getAs("predicted_label")),
                    row);
        }
        List<String[]> expected = Samples.read("confusion.csv");
        for (String[] line : expected) {
            assertThat(pairs).hasEntrySatisfying(String.join(" ", line[0], line[1], line[2], line[3]), row -> {
                assertThat(row.<Long>getAs("count")).isEqualTo(Long.parseLong(line[4]));
                assertThat(row.<Double>getAs("rate")).isCloseTo(Double.parseDouble(line[5]), within(1e-9));
                assertThat(row.<Double>getAs("predicted_rate")).isCloseTo(Double.parseDouble(line[6]), within(1e-9));
            });
        }
        assertThat(pairs).hasSameSizeAs(expected);
    }

    @Test
    void classes_only_in_labels_or_only_in_predictions_have_rows_with_nulls_where_undefined() {
        Dataset<Row> perClass = REFERENCE.perClass().where("level = 'leaf' AND split = 'test'");
        Row onlyPredicted = perClass.where("label = 'b3'").head();
        assertThat(onlyPredicted.<Long>getAs("support")).isZero();
        assertThat(onlyPredicted.<Double>getAs("precision")).isZero();
        assertThat(onlyPredicted.<Object>getAs("recall")).isNull();
        assertThat(onlyPredicted.<Double>getAs("f1")).isZero();
        Row onlyLabelled = perClass.where("label = 'c1'").head();
        assertThat(onlyLabelled.<Object>getAs("precision")).isNull();
        assertThat(onlyLabelled.<Double>getAs("recall")).isZero();
        assertThat(onlyLabelled.<Boolean>getAs("sufficient_support")).isFalse();
        // a class that was never recognised may still have an F1 above 0
        assertThat(onlyLabelled.<Double>getAs("f1_high")).isBetween(0.3, 1.0);
    }

    @Test
    void rules_hold_on_every_row_and_totals_agree() {
        List<Row> rows = Samples.simulated(600, 12, 0.6, 1);
        EvaluationTables tables = Evaluation.evaluate(predictions(rows, 3), Taxonomy.flat(List.of()), Samples.SPEC);
        assertHolds(tables.summary(), EvaluationSummary.SCHEMA, EvaluationSummary.CONSTRAINTS);
        assertHolds(tables.perClass(), EvaluationPerClass.SCHEMA, EvaluationPerClass.CONSTRAINTS);
        assertHolds(tables.confusion(), EvaluationConfusion.SCHEMA, EvaluationConfusion.CONSTRAINTS);
        assertHolds(tables.calibration(), EvaluationCalibration.SCHEMA, EvaluationCalibration.CONSTRAINTS);
        assertHolds(tables.curves(), EvaluationCurves.SCHEMA, EvaluationCurves.CONSTRAINTS);
        assertHolds(tables.thresholds(), EvaluationThresholds.SCHEMA, EvaluationThresholds.CONSTRAINTS);
        tables.close();
        Row leaves = tables.confusion()
                .where("level = 'leaf'")
                .agg(sum("count"), sum(functions.when(col("true_label").equalTo(col("predicted_label")), col("count"))))
                .head();
        assertThat(leaves.getLong(0)).isEqualTo(588);
        Map<String, Double> figures = figures(tables);
        assertThat(overSplits(figures, "labelled")).isEqualTo(588);
        assertThat(overSplits(figures, "unlabelled")).isEqualTo(12);
        assertThat(figures.get("test leaf micro_f1")).isEqualTo(figures.get("test leaf accuracy"));
        long right =
                tables.perClass().where("level = 'leaf'").agg(sum("tp")).head().getLong(0);
        assertThat(leaves.getLong(1)).isEqualTo(right);
        // the share of a class taken for itself is its recall, whether Spark or this module computes the interval
        Dataset<Row> diagonal = tables.confusion().where("true_label = predicted_label");
        Dataset<Row> recalls =
                tables.perClass().withColumnRenamed("label", "true_label").where("tp > 0");
        assertThat(diagonal.join(recalls, new String[] {"split", "level", "true_label"})
                        .where("rate = recall AND rate_low = recall_low AND rate_high = recall_high AND count = tp")
                        .count())
                .isEqualTo(recalls.count());
    }

    @Test
    void rows_of_a_group_are_drawn_together() {
        Dataset<Row> once = Samples.reference(spark).withColumn("group", col("example_id"));
        Dataset<Row> thrice = once.withColumn("copy", expr("explode(array(1, 2, 3))"))
                .withColumn("example_id", expr("concat(example_id, ' ', copy)"))
                .drop("copy");
        EvaluationSpec spec = new EvaluationSpec(List.of(), 10, 200, 0.95, 7, 0, 0, List.of(), List.of(), 0.1);
        Map<String, Row> expected = bootstrapped(Evaluation.evaluate(once, Samples.TAXONOMY, spec));
        Map<String, Row> actual = bootstrapped(Evaluation.evaluate(thrice, Samples.TAXONOMY, spec));
        // thrice the rows know no more than each of them once
        assertThat(actual).hasSameSizeAs(expected).hasSizeGreaterThan(100);
        expected.forEach((name, row) -> {
            Row other = actual.getOrDefault(name, row.copy());
            for (int bound = 0; bound < row.size(); bound++) {
                assertThat(other.getDouble(bound)).as(name).isCloseTo(row.getDouble(bound), within(1e-9));
            }
        });
    }

    /** Value, low and high of bootstrapped metrics, and of areas and F1 of classes. */
    private static Map<String, Row> bootstrapped(EvaluationTables tables) {
        Map<String, Row> figures = new HashMap<>();
        for (Row row : tables.summary().where("method = 'bootstrap'").collectAsList()) {
            String name = row.getAs("split") + " " + row.getAs("level") + " " + row.getAs("metric");
            figures.put(name, RowFactory.create(row.getAs("value"), row.getAs("low"), row.getAs("high")));
        }
        for (Row row : tables.perClass().where("roc_auc > 0 AND tp > 0").collectAsList()) {
            String name = row.getAs("split") + " " + row.getAs("level") + " " + row.getAs("label");
            figures.put(
                    name, RowFactory.create(row.getAs("roc_auc_low"), row.getAs("roc_auc_high"), row.getAs("f1_low")));
        }
        tables.close();
        return figures;
    }

    @Test
    void partitioning_and_order_of_rows_change_no_bit() {
        List<Row> rows = new ArrayList<>(Samples.simulated(600, 12, 0.6, 3));
        List<List<String>> expected = contents(evaluated(rows, 1));
        // so many parts are evaluated on the executors
        for (int partitions : List.of(2, 40)) {
            Collections.shuffle(rows, new Random(partitions));
            assertThat(contents(evaluated(rows, partitions))).isEqualTo(expected);
        }
    }

    @Test
    void the_executors_compute_the_same_levels_curves_and_thresholds_as_this_process() {
        Dataset<Row> parts = Samples.reference(spark).repartition(40);
        assertThat(contents(Evaluation.evaluate(parts, Samples.TAXONOMY, Samples.SPEC)))
                .isEqualTo(contents(REFERENCE));
    }

    @Test
    void a_confidence_alone_tells_calibration_and_no_brier_score() {
        Dataset<Row> confident =
                Samples.reference(spark).drop("probabilities", "unlisted_probability", "levels", "top_k");
        assertThat(figures(Evaluation.evaluate(confident, Samples.TAXONOMY, Samples.SPEC)))
                .containsKeys("test leaf expected_calibration_error", "test leaf accuracy")
                .doesNotContainKeys(
                        "test leaf brier",
                        "test leaf brier_reliability",
                        "test leaf brier_resolution",
                        "test leaf brier_uncertainty",
                        "test leaf classwise_calibration_error");
    }

    @Test
    void an_accuracy_among_as_many_classes_as_there_are_is_no_figure() {
        Dataset<Row> two = Samples.reference(spark)
                .where("label IN ('a1', 'a2') AND predicted IN ('a1', 'a2')")
                .drop("probabilities", "unlisted_probability", "levels", "top_k", "label_probability")
                .withColumn("label_rank", expr("if(label = predicted, 1, 2)"));
        assertThat(figures(Evaluation.evaluate(two, Taxonomy.flat(List.of()), Samples.SPEC)))
                .containsKeys("test leaf top_1_accuracy")
                .doesNotContainKeys("test leaf top_2_accuracy", "test leaf top_3_accuracy");
        assertThat(figures(Evaluation.evaluate(two, Taxonomy.flat(List.of("b1")), Samples.SPEC)))
                .doesNotContainKeys("test leaf top_2_accuracy");
        assertThat(figures(Evaluation.evaluate(two, Taxonomy.flat(List.of("a1", "a2", "b1")), Samples.SPEC)))
                .containsEntry("test leaf top_2_accuracy", 1.0)
                .doesNotContainKeys("test leaf top_3_accuracy");
    }

    @Test
    void without_probabilities_ranks_and_levels_what_can_be_computed_still_is() {
        Dataset<Row> bare = Samples.reference(spark)
                .drop(
                        "label_probability",
                        "label_rank",
                        "levels",
                        "confidence",
                        "probabilities",
                        "unlisted_probability")
                .withColumn("top_k", expr("slice(top_k, 1, 2)"));
        EvaluationTables tables = Evaluation.evaluate(bare, Samples.TAXONOMY, Samples.SPEC);
        Map<String, Double> figures = figures(tables);
        assertThat(figures)
                .containsEntry("test leaf top_2_accuracy", figures(REFERENCE).get("test leaf top_2_accuracy"))
                .containsEntry("test leaf macro_f1", figures(REFERENCE).get("test leaf macro_f1"))
                .containsKeys("test 1 macro_f1", "test 1 support:c1", "test leaf hierarchical_f1")
                .doesNotContainKeys(
                        "test leaf top_3_accuracy",
                        "test leaf log_loss",
                        "test leaf unseen_label_rate",
                        "test leaf expected_calibration_error",
                        "test leaf brier",
                        "test leaf macro_roc_auc",
                        "test 1 log_loss",
                        "test 1 top_1_accuracy");
        assertThat(tables.calibration().isEmpty()).isTrue();
        assertThat(tables.curves().isEmpty()).isTrue();
        assertThat(tables.thresholds().isEmpty()).isTrue();
        assertThat(tables.perClass()
                        .where("coalesce(roc_auc, average_precision, brier, calibration_error) IS NOT NULL")
                        .isEmpty())
                .isTrue();
    }

    @Test
    void rows_without_levels_take_their_decisions_from_the_taxonomy() {
        Dataset<Row> mixed = Samples.reference(spark).withColumn("levels", expr("if(split = 'test', array(), levels)"));
        assertThat(figures(Evaluation.evaluate(mixed, Samples.TAXONOMY, Samples.SPEC)))
                .containsKeys("test 1 macro_f1", "validation 1 macro_f1", "validation 1 log_loss", "test 1 support:c1")
                .doesNotContainKey("test 1 log_loss");
    }

    @Test
    void a_split_without_labels_is_counted() {
        Dataset<Row> unlabelled = Samples.reference(spark).withColumn("label", expr("if(split = 'test', null, label)"));
        Map<String, Double> figures = figures(Evaluation.evaluate(unlabelled, Samples.TAXONOMY, Samples.SPEC));
        assertThat(figures)
                .containsEntry("test leaf unlabelled", 60.0)
                .containsEntry("test leaf labelled", 0.0)
                .containsKey("validation leaf accuracy")
                .doesNotContainKey("test leaf accuracy");
    }

    @Test
    void broken_contracts_are_named() {
        Dataset<Row> good = Samples.reference(spark);
        assertRefused(good.limit(0), "There are no predictions to evaluate");
        assertRefused(good.drop("predicted"), "lack the columns [predicted]");
        assertRefused(good.withColumn("top_k", expr("'a1'")), "Column 'top_k' of the predictions has the type string");
        assertRefused(
                good.withColumn("predicted", expr("if(example_id = 'test-x5', null, predicted)")),
                "1 rows that are labelled but not predicted (for example example_id 'test-x5')");
        assertRefused(
                good.withColumn("confidence", expr("if(split = 'test', double('NaN'), confidence)")),
                "60 rows with a probability that is not within 0 and 1 (for example example_id 'test-x0')");
    }

    @Test
    void views_show_the_worst_classes_and_the_top_confusions() {
        String leavesOfTest = "level = 'leaf' AND split = 'test'";
        List<Row> worst = EvaluationViews.worstClasses(
                REFERENCE.perClass().where(leavesOfTest).collectAsList(), 2);
        assertThat(worst)
                .hasSize(2)
                .allSatisfy(row -> assertThat(row.<Long>getAs("support")).isGreaterThanOrEqualTo(5));
        assertThat(worst.get(0).<Double>getAs("f1"))
                .isLessThanOrEqualTo(worst.get(1).getAs("f1"));
        List<EvaluationConfusion> confusions =
                EvaluationViews.topConfusions(
                                REFERENCE.confusion().where(leavesOfTest).collectAsList(), 3)
                        .stream()
                        .map(EvaluationConfusion::fromRow)
                        .toList();
        assertThat(confusions)
                .hasSize(3)
                .allSatisfy(pair -> assertThat(pair.trueLabel()).isNotEqualTo(pair.predictedLabel()));
        assertThat(confusions).isSortedAccordingTo((a, b) -> Long.compare(b.count(), a.count()));
    }

    private static double overSplits(Map<String, Double> figures, String metric) {
        return List.of("test", "validation").stream()
                .mapToDouble(split -> figures.getOrDefault(split + " leaf " + metric, 0.0))
                .sum();
    }

    private static EvaluationTables evaluated(List<Row> rows, int partitions) {
        return Evaluation.evaluate(predictions(rows, partitions), Taxonomy.flat(List.of()), Samples.SPEC);
    }

    private static Dataset<Row> predictions(List<Row> rows, int partitions) {
        return spark.createDataFrame(rows, Predictions.SCHEMA).repartition(partitions);
    }

    private static void assertRefused(Dataset<Row> predictions, String message) {
        assertThatThrownBy(() -> Evaluation.evaluate(predictions, Samples.TAXONOMY, Samples.SPEC))
                .isInstanceOfSatisfying(
                        PipelineException.class,
                        e -> assertThat(e.category()).isEqualTo(PipelineException.Category.DATA_CONTRACT))
                .hasMessageContaining(message);
    }

    private static void assertHolds(Dataset<Row> table, StructType schema, Map<String, String> constraints) {
        assertThat(table.schema()).isEqualTo(schema);
        for (var field : schema.fields()) {
            assertThat(field.getComment().isDefined())
                    .as("comment of %s", field.name())
                    .isTrue();
        }
        List<String> names = List.copyOf(constraints.keySet());
        Column[] broken = names.stream()
                .map(name -> functions.count_if(expr("NOT coalesce(" + constraints.get(name) + ", false)")))
                .toArray(Column[]::new);
        Row counts = table.agg(functions.count(functions.lit(1)), broken).head();
        assertThat(counts.getLong(0)).isPositive();
        for (int i = 0; i < names.size(); i++) {
            assertThat(counts.getLong(i + 1)).as(names.get(i)).isZero();
        }
    }

    private static List<List<String>> contents(EvaluationTables tables) {
        return Stream.of(
                        tables.summary(),
                        tables.perClass(),
                        tables.confusion(),
                        tables.clusters(),
                        tables.calibration(),
                        tables.curves(),
                        tables.thresholds())
                .map(table -> table.collectAsList().stream()
                        .map(Row::toString)
                        .sorted()
                        .toList())
                .toList();
    }

    /** Figures by "split level metric" and, for classes, "split level metric:class"; null ones as scikit-learn's 0. */
    private static Map<String, Double> figures(EvaluationTables tables) {
        Map<String, Double> figures = new HashMap<>();
        for (Row row : tables.summary().collectAsList()) {
            figures.put(row.getAs("split") + " " + row.getAs("level") + " " + row.getAs("metric"), row.getAs("value"));
        }
        for (Row row : tables.perClass().collectAsList()) {
            String scope = row.getAs("split") + " " + row.getAs("level") + " ";
            for (String metric : List.of("precision", "recall", "f1", "support")) {
                Number value = row.getAs(metric);
                figures.put(scope + metric + ":" + row.getAs("label"), value == null ? 0 : value.doubleValue());
            }
            for (String metric : AGAINST_REST) {
                if (row.getAs(metric) != null) {
                    figures.put(scope + metric + ":" + row.getAs("label"), row.getAs(metric));
                }
            }
        }
        return figures;
    }
}
