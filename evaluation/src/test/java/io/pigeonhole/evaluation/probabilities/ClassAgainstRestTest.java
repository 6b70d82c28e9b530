package io.pigeonhole.evaluation.probabilities;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.evaluation.Evaluation;
import io.pigeonhole.evaluation.EvaluationTables;
import io.pigeonhole.evaluation.Samples;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.SparkTest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassAgainstRestTest extends SparkTest {

    private static final EvaluationTables COMPLETE = Samples.evaluatedReference(spark);

    @Test
    void every_point_equals_the_one_of_scikit_learn() {
        Map<String, Row> points = points(COMPLETE);
        List<String[]> expected = Samples.read("curves.csv");
        for (String[] line : expected) {
            assertThat(points).hasEntrySatisfying(String.join(" ", line[0], line[1], line[2], line[3]), point -> {
                assertThat(point.<Double>getAs("precision")).isCloseTo(Double.parseDouble(line[4]), within(1e-9));
                assertThat(point.<Double>getAs("recall")).isCloseTo(Double.parseDouble(line[5]), within(1e-9));
                assertSame(point, "false_positive_rate", line[6]);
            });
        }
        assertThat(points).hasSameSizeAs(expected);
    }

    @Test
    void every_bin_equals_the_one_computed_from_its_definition() {
        Map<String, Row> bins = new HashMap<>();
        for (Row row : COMPLETE.calibration().collectAsList()) {
            String label = row.getAs("label") == null ? "" : row.getAs("label");
            bins.put(
                    name(
                            row,
                            label,
                            row.getAs("binning"),
                            row.<Integer>getAs("bin").toString()),
                    row);
        }
        List<String[]> expected = Samples.read("calibration.csv");
        for (String[] line : expected) {
            assertThat(bins).hasEntrySatisfying(String.join(" ", List.of(line).subList(0, 5)), bin -> {
                assertSame(bin, "bin_low", line[5]);
                assertSame(bin, "bin_high", line[6]);
                assertThat(bin.<Long>getAs("count")).isEqualTo(Long.parseLong(line[7]));
                assertSame(bin, "mean_confidence", line[8]);
                assertSame(bin, "accuracy", line[9]);
            });
        }
        assertThat(bins).hasSameSizeAs(expected);
    }

    @Test
    void every_threshold_is_the_best_of_validation_and_gives_elsewhere_what_scikit_learn_says() {
        Map<String, Row> thresholds = new HashMap<>();
        for (Row row : COMPLETE.thresholds().collectAsList()) {
            thresholds.put(name(row, row.getAs("label"), row.getAs("criterion")), row);
        }
        List<String[]> expected = Samples.read("thresholds.csv");
        for (String[] line : expected) {
            assertThat(thresholds)
                    .hasEntrySatisfying(String.join(" ", List.of(line).subList(0, 4)), row -> {
                        assertSame(row, "threshold", line[4]);
                        assertThat(row.<Boolean>getAs("reached").toString()).isEqualTo(line[5]);
                        assertThat(row.<Long>getAs("tp")).isEqualTo(Long.parseLong(line[6]));
                        assertThat(row.<Long>getAs("fp")).isEqualTo(Long.parseLong(line[7]));
                        assertSame(row, "cost", line[11]);
                        // scikit-learn gives 0 where there is nothing to divide by
                        for (int i = 8; i < 11; i++) {
                            String figure = List.of("precision", "recall", "f1").get(i - 8);
                            assertSame(row, figure, row.getAs(figure) == null && line[i].equals("0.0") ? "" : line[i]);
                        }
                    });
        }
        assertThat(thresholds).hasSameSizeAs(expected);
    }

    private static String name(Row row, String... more) {
        return row.getAs("split") + " " + row.getAs("level") + " " + String.join(" ", more);
    }

    private static void assertSame(Row row, String column, String expected) {
        if (expected.isEmpty()) {
            assertThat(row.<Object>getAs(column)).as(column).isNull();
        } else {
            assertThat(row.<Double>getAs(column)).as(column).isCloseTo(Double.parseDouble(expected), within(1e-9));
        }
    }

    @Test
    void thinned_curves_keep_the_first_points_that_reach_equal_steps_of_recall() {
        EvaluationSpec three = new EvaluationSpec(List.of(1), 10, 200, 0.95, 7, 5, 3, List.of(), List.of(), 0.1);
        Map<String, Row> thinned = points(Evaluation.evaluate(Samples.reference(spark), Samples.TAXONOMY, three));
        Map<String, Row> all = points(COMPLETE);
        thinned.forEach((name, point) -> assertThat(point).isEqualTo(all.get(name)));
        List<Double> recalls = thinned.values().stream()
                .filter(point -> point.getAs("split").equals("test")
                        && point.getAs("label").equals("a1"))
                .map(point -> point.<Double>getAs("recall"))
                .sorted()
                .toList();
        assertThat(recalls).hasSizeBetween(2, 3).last().isEqualTo(1.0);
        List<Double> every = all.values().stream()
                .filter(point -> point.getAs("split").equals("test")
                        && point.getAs("label").equals("a1"))
                .map(point -> point.<Double>getAs("recall"))
                .sorted()
                .toList();
        assertThat(recalls.get(0))
                .isEqualTo(every.stream()
                        .filter(recall -> recall >= 1.0 / 3)
                        .findFirst()
                        .orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.125", "null"})
    void what_lists_leave_out_carries_figures_no_further_than_stated(String unlisted) {
        // every class of 3/16 or more: what is left out is at most 2/16, whether the rows say so or it must be inferred
        Dataset<Row> cut = Samples.reference(spark)
                .withColumn("probabilities", expr("filter(probabilities, entry -> entry.probability >= 0.1875)"))
                .withColumn("unlisted_probability", expr("cast(" + unlisted + " AS double)"));
        Map<String, Row> complete = classes(COMPLETE);
        Map<String, Row> truncated = classes(evaluate(cut));
        double mostUnlisted = 0;
        for (String name : complete.keySet()) {
            Row exact = complete.get(name);
            Row figures = truncated.get(name);
            double left = figures.getAs("unlisted_probability");
            assertOff(exact, figures, "brier", 2 * left);
            assertOff(exact, figures, "calibration_error", left);
            double positives = figures.getAs("unlisted_positives");
            assertOff(exact, figures, "roc_auc", positives / 2);
            assertOff(exact, figures, "average_precision", positives);
            mostUnlisted = Math.max(mostUnlisted, positives);
            assertThat(exact.<Double>getAs("unlisted_positives")).isZero();
        }
        assertThat(mostUnlisted).isPositive();
    }

    private static void assertOff(Row exact, Row figures, String figure, double most) {
        if (figures.getAs(figure) != null) {
            assertThat(figures.<Double>getAs(figure)).isCloseTo(exact.getAs(figure), within(most + 1e-9));
        }
    }

    @Test
    void thresholds_lie_above_what_any_split_leaves_out() {
        Dataset<Row> cut = Samples.reference(spark)
                .withColumn(
                        "probabilities",
                        expr("filter(probabilities, entry -> entry.probability > if(split = 'test', 0.25, 0.1))"))
                .withColumn("unlisted_probability", expr("if(split = 'test', 0.25D, 0.1D)"));
        EvaluationTables tables = evaluate(cut);
        assertThat(tables.thresholds()
                        .where("level = 'leaf' AND threshold <= 0.25")
                        .isEmpty())
                .isTrue();
        assertThat(tables.thresholds()
                        .where("level = 'leaf' AND threshold > 0.25")
                        .count())
                .isPositive();
        tables.close();
    }

    @Test
    void a_split_of_which_one_row_lists_nothing_has_no_such_figures() {
        Dataset<Row> gap = Samples.reference(spark)
                .withColumn("probabilities", expr("if(example_id = 'test-x5', null, probabilities)"));
        EvaluationTables tables = evaluate(gap);
        assertThat(tables.perClass()
                        .where("level = 'leaf' AND split = 'test' AND brier IS NOT NULL")
                        .isEmpty())
                .isTrue();
        assertThat(tables.curves().where("level = 'leaf' AND split = 'test'").isEmpty())
                .isTrue();
        assertThat(tables.perClass()
                        .where("level = 'leaf' AND split = 'validation' AND brier IS NULL")
                        .isEmpty())
                .isTrue();
    }

    @Test
    void a_class_listed_twice_is_refused() {
        Dataset<Row> twice = Samples.reference(spark)
                .withColumn("probabilities", expr("concat(probabilities, slice(probabilities, 1, 1))"));
        assertThatThrownBy(() -> evaluate(twice))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("105 rows that list a class twice");
    }

    private static EvaluationTables evaluate(Dataset<Row> predictions) {
        return Evaluation.evaluate(predictions, Samples.TAXONOMY, Samples.SPEC);
    }

    /** Per class by split and label, at the leaves. */
    private static Map<String, Row> classes(EvaluationTables tables) {
        Map<String, Row> classes = new HashMap<>();
        for (Row row : tables.perClass().where("level = 'leaf'").collectAsList()) {
            classes.put(row.getAs("split") + " " + row.getAs("label"), row);
        }
        return classes;
    }

    private static Map<String, Row> points(EvaluationTables tables) {
        Map<String, Row> points = new HashMap<>();
        for (Row row : tables.curves().collectAsList()) {
            points.put(
                    row.getAs("split") + " " + row.getAs("level") + " " + row.getAs("label") + " "
                            + row.getAs("threshold"),
                    row);
        }
        return points;
    }
}
