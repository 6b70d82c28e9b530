package io.pigeonhole.evaluation.comparison;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.evaluation.Evaluation;
import io.pigeonhole.evaluation.EvaluationTables;
import io.pigeonhole.evaluation.Samples;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.statistics.MultipleTesting;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.SparkTest;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;

class ComparisonTest extends SparkTest {

    private static final ComparisonSpec SPEC = new ComparisonSpec(0.01, MultipleTesting.HOLM);
    private static final List<Row> BASE = Samples.simulated(600, 6, 0.6, 1);
    private static final List<Row> CHALLENGER = challenger();

    /** The same examples and labels, predicted right more often. */
    private static List<Row> challenger() {
        Random random = new Random(2);
        List<Row> rows = new ArrayList<>();
        for (Row row : BASE) {
            Object[] values = new Object[row.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = row.get(i);
            }
            values[2] = 4;
            boolean right = row.get(4) != null && random.nextDouble() < 0.5;
            values[5] = right ? row.get(4) : row.get(5);
            rows.add(RowFactory.create(values));
        }
        return rows;
    }

    private static Dataset<Row> test(List<Row> rows, int partitions) {
        return spark.createDataFrame(rows, Predictions.SCHEMA)
                .repartition(partitions)
                .where("split = 'test'");
    }

    private static Map<String, Row> byName(Dataset<Row> comparison) {
        Map<String, Row> rows = new TreeMap<>();
        comparison
                .where("slice = 'all' AND level = 'leaf'")
                .collectAsList()
                .forEach(row -> rows.put(row.getAs("label") + " " + row.getAs("metric"), row));
        return rows;
    }

    @Test
    void figures_are_those_of_the_two_evaluations_and_rules_hold() {
        Dataset<Row> comparison = Comparison.onSameExamples(test(BASE, 2), test(CHALLENGER, 3), Samples.SPEC, SPEC);
        ComparisonFigure.CONSTRAINTS.forEach((name, rule) -> assertThat(
                        comparison.where("NOT (" + rule + ")").collectAsList())
                .as(name)
                .isEmpty());
        Map<String, Row> rows = byName(comparison);
        assertThat(comparison.select("level").distinct().orderBy("level").collectAsList())
                .containsExactly(RowFactory.create("1"), RowFactory.create("leaf"));
        EvaluationTables base = evaluation(BASE);
        EvaluationTables challenger = evaluation(CHALLENGER);
        for (Row row : comparison.collectAsList()) {
            assertThat(row.<Double>getAs("value")).isCloseTo(figure(challenger, row), within(1e-12));
            assertThat(row.<Double>getAs("base_value")).isCloseTo(figure(base, row), within(1e-12));
        }
        Row accuracy = rows.get("null accuracy");
        assertThat(accuracy.<String>getAs("verdict")).isEqualTo("better");
        assertThat(accuracy.<Long>getAs("lost")).isZero();
        assertThat(accuracy.<String>getAs("pairing")).isEqualTo("same_examples");
        // where nothing is lost, the exact two-sided p-value is 2^(1 - gained), and the mid-p value half of it
        double gained = (double) accuracy.<Long>getAs("gained");
        assertThat(accuracy.<Double>getAs("p_value")).isCloseTo(Math.pow(2, -gained), within(1e-12));
        assertThat(rows.get("null macro_f1").<Double>getAs("p_value")).isEqualTo(2.0 / 201);
    }

    private static EvaluationTables evaluation(List<Row> rows) {
        return Evaluation.evaluate(test(rows, 2), Taxonomy.flat(List.of()), Samples.SPEC);
    }

    private static double figure(EvaluationTables tables, Row row) {
        Dataset<Row> found = row.getAs("label") == null
                ? tables.summary()
                        .where(col("level").equalTo(row.getAs("level")))
                        .where(col("metric").equalTo(row.getAs("metric")))
                        .select("value")
                : tables.perClass()
                        .where(col("level").equalTo(row.getAs("level")))
                        .where(col("label").equalTo(row.getAs("label")))
                        .select(row.<String>getAs("metric"));
        return found.head().getDouble(0);
    }

    @Test
    void a_slice_is_compared_like_its_rows_alone() {
        String slice = "CASE WHEN hash(example_id) % 3 = 0 THEN array('third') ELSE array() END";
        Dataset<Row> base = test(BASE, 2).withColumn("slices", functions.expr(slice));
        Dataset<Row> challenger = test(CHALLENGER, 3).withColumn("slices", functions.expr(slice));

        Dataset<Row> comparison = Comparison.onSameExamples(base, challenger, Samples.SPEC, SPEC);

        Dataset<Row> alone = Comparison.onSameExamples(
                base.where("array_contains(slices, 'third')").drop("slices"),
                challenger.where("array_contains(slices, 'third')").drop("slices"),
                Samples.SPEC,
                SPEC);
        assertThat(comparison.where("slice = 'third'").drop("slice").collectAsList())
                .isEqualTo(alone.drop("slice").collectAsList())
                .isNotEmpty();
        assertThat(comparison.where("slice = 'all'").collectAsList())
                .isEqualTo(Comparison.onSameExamples(test(BASE, 2), test(CHALLENGER, 3), Samples.SPEC, SPEC)
                        .collectAsList());
    }

    @Test
    void rows_that_belong_together_are_drawn_together() {
        // each row four times over: as much is known as from one of them
        double apart = widthOfMacroF1("example_id");
        double together = widthOfMacroF1("substring_index(example_id, '/', 1)");

        assertThat(together / apart).isBetween(1.7, 2.3);
    }

    private static double widthOfMacroF1(String group) {
        Row row = byName(Comparison.onSameExamples(
                        fourfold(BASE, group), fourfold(CHALLENGER, group), Samples.SPEC, SPEC))
                .get("null macro_f1");
        return row.<Double>getAs("high") - row.<Double>getAs("low");
    }

    private static Dataset<Row> fourfold(List<Row> rows, String group) {
        return test(rows, 2)
                .withColumn("copy", functions.explode(functions.sequence(lit(1), lit(4))))
                .withColumn("example_id", functions.concat_ws("/", col("example_id"), col("copy")))
                .withColumn("group", functions.expr(group))
                .drop("copy");
    }

    @Test
    void partitions_order_and_cores_change_no_bit() {
        List<Row> shuffled = new ArrayList<>(CHALLENGER);
        Collections.shuffle(shuffled, new Random(8));
        assertThat(Comparison.onSameExamples(test(BASE, 5), test(shuffled, 1), Samples.SPEC, SPEC)
                        .collectAsList())
                .isEqualTo(Comparison.onSameExamples(test(BASE, 1), test(CHALLENGER, 4), Samples.SPEC, SPEC)
                        .collectAsList());
    }

    @Test
    void a_version_next_to_itself_on_the_same_examples_never_differs() {
        Dataset<Row> comparison = Comparison.onSameExamples(test(BASE, 2), test(BASE, 2), Samples.SPEC, SPEC);
        assertThat(comparison.where("difference != 0 OR p_value != 1").collectAsList())
                .isEmpty();
        assertThat(comparison.where("verdict IN ('better', 'worse')").collectAsList())
                .isEmpty();
    }

    @Test
    void a_version_on_later_data_is_compared_without_pairs() {
        Dataset<Row> later = spark.createDataFrame(Samples.simulated(900, 6, 0.2, 5), Predictions.SCHEMA)
                .where("split = 'test'")
                .withColumn("split", lit("new"))
                .withColumn("example_id", functions.concat(lit("later-"), col("example_id")));
        Dataset<Row> comparison = Comparison.onOtherExamples(test(BASE, 2), later, Samples.SPEC, SPEC);
        ComparisonFigure.CONSTRAINTS.forEach((name, rule) -> assertThat(
                        comparison.where("NOT (" + rule + ")").collectAsList())
                .as(name)
                .isEmpty());
        Map<String, Row> rows = byName(comparison);
        Row accuracy = rows.get("null accuracy");
        assertThat(accuracy.<String>getAs("verdict")).isEqualTo("worse");
        assertThat(accuracy.<String>getAs("base_split")).isEqualTo("test");
        assertThat(accuracy.<String>getAs("split")).isEqualTo("new");
        assertThat(rows.get("class-1 f1").<String>getAs("test")).isEqualTo("fisher");
        assertThat(rows.get("null macro_recall").<String>getAs("verdict")).isEqualTo("worse");
        assertThat(rows).doesNotContainKey("null expected_calibration_error");

        Dataset<Row> withoutOneClass = later.where("label != 'class-2' AND predicted != 'class-2'");
        assertThat(byName(Comparison.onOtherExamples(test(BASE, 2), withoutOneClass, Samples.SPEC, SPEC)))
                .containsKeys("null accuracy", "null mcc", "class-1 f1")
                .doesNotContainKeys("null macro_recall", "class-2 f1");
    }

    @Test
    void what_cannot_be_compared_is_said() {
        Dataset<Row> base = test(BASE, 2);
        Dataset<Row> twoSplits = spark.createDataFrame(BASE, Predictions.SCHEMA);
        Dataset<Row> strangers = base.withColumn("example_id", functions.concat(lit("x"), col("example_id")));
        assertRefused(twoSplits, base, "one split of one model");
        assertRefused(strangers, base, "nothing to compare");
        assertRefused(base.union(base.limit(1)), base, "more than once");
    }

    private static void assertRefused(Dataset<Row> base, Dataset<Row> challenger, String message) {
        assertThatThrownBy(() -> Comparison.onSameExamples(base, challenger, Samples.SPEC, SPEC))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining(message);
    }
}
