package io.pigeonhole.jobs;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.pigeonhole.jobs.calibrate.CalibrationTables;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.runs.RunTables;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

/** All jobs with all trainers, once: the reports of the runs, and the agreement of their figures with each other. */
class WholePipelineTest extends DeltaTest {

    private final TinyPipeline pipeline = TinyPipeline.undisturbed();
    private final Path store = pipeline.store();
    private final Cli first = Undisturbed.pipelineAndRun().run();

    @Test
    void everyRunIsDoneAndSaysWhatItReadAndWrote() {
        List<Row> runs = TinyPipeline.table(spark, store, RunTables.RUNS)
                .select("job", "subject", "status", "inputs", "outputs", "figures", "upstream", "error", "seconds")
                .collectAsList();

        assertThat(runs).hasSize(2 + 3 * TinyPipeline.MODELS.size() + 1).allSatisfy(run -> {
            assertThat(run.getString(2)).isEqualTo("done");
            assertThat(run.<Row>getList(3)).isNotEmpty();
            assertThat(run.<Row>getList(4)).isNotEmpty();
            assertThat(run.<Row>getList(5)).isNotEmpty();
            assertThat(run.isNullAt(7)).isTrue();
            assertThat(run.getDouble(8)).isPositive();
            assertThat(run.<String>getList(6))
                    .hasSize(
                            run.getString(0).equals("extract")
                                    ? 0
                                    : List.of("score", "calibrate").contains(run.getString(0)) ? 2 : 1);
            if (!run.getString(0).equals("extract")) {
                assertThat(run.<Row>getList(3)).allMatch(input -> !input.isNullAt(1));
            }
            assertThat(run.<Row>getList(4))
                    .allSatisfy(output -> assertThat(output.getLong(1))
                            .isLessThanOrEqualTo(TinyPipeline.versions(store).get(output.getString(0))));
        });
        Row extract = runs.stream()
                .filter(run -> run.getString(0).equals("extract"))
                .findFirst()
                .orElseThrow();
        assertThat(TinyPipeline.figures(extract.getList(5)))
                .containsEntry("rows_read", 301.0)
                .containsEntry("rows_accepted", 300.0)
                .containsEntry("rows_rejected", 1.0)
                .containsEntry("examples_added", 300.0)
                .containsEntry("classes_new", 4.0);
    }

    @Test
    void theJsonOfTheFirstRunHasEachRunWithItsOutputsAndFigures() {
        JsonNode json = first.json();

        assertThat(json.get("status").asText()).isEqualTo("done");
        assertThat(json.get("exit_code").asInt()).isZero();
        assertThat(json.get("runs")).hasSize(12).allSatisfy(run -> {
            assertThat(run.get("status").asText()).isEqualTo("done");
            assertThat(run.get("outputs")).isNotEmpty();
            assertThat(run.get("figures")).isNotEmpty();
        });
        assertThat(json.get("run_id").asText()).startsWith("evaluate-hierarchical-");
        assertThat(first.out()).contains("model (test)", "softmax", "accuracy");
    }

    @Test
    void theSecondRunDoesNothingAndSaysSo() {
        Map<String, Long> versions = TinyPipeline.versions(store);

        Cli second = Cli.done(pipeline.command("run", "--json"));

        assertThat(second.out()).contains("Nothing to do: all 12 runs of this configuration on these inputs are done.");
        assertThat(TinyPipeline.versions(store)).isEqualTo(versions);
        JsonNode json = second.json();
        assertThat(json.get("status").asText()).isEqualTo("skipped");
        assertThat(json.get("run_id")).isEqualTo(first.json().get("run_id"));
        for (int i = 0; i < 12; i++) {
            JsonNode run = json.get("runs").get(i);
            JsonNode then = first.json().get("runs").get(i);
            assertThat(run.get("status").asText()).isEqualTo("skipped");
            assertThat(run.get("run_id")).isEqualTo(then.get("run_id"));
            assertThat(run.get("outputs")).isEqualTo(then.get("outputs"));
            assertThat(run.get("figures")).isEqualTo(then.get("figures"));
        }
    }

    @Test
    void theSlicesOfAnExpressionAddUpToTheWholeSplit() {
        Dataset<Row> perClass = TinyPipeline.table(spark, store, JudgementTables.EVALUATION_PER_CLASS);
        List<String> key = List.of("model", "split", "level", "label");
        Column[] columns = key.stream().map(name -> col(name)).toArray(Column[]::new);
        Dataset<Row> added = perClass.filter("slice IN ('month=0', 'month=1')")
                .groupBy(columns)
                .agg(
                        sum("support").as("s"),
                        sum("predicted").as("p"),
                        sum("tp").as("t"),
                        count(lit(1)).as("n"));

        assertThat(added.filter("n = 2").isEmpty()).isFalse();
        assertThat(perClass.filter("slice = 'all'")
                        .join(added, key.toArray(String[]::new))
                        .filter("support = s AND predicted = p AND tp = t")
                        .count())
                .isEqualTo(perClass.filter("slice = 'all'").count())
                .isEqualTo(perClass.filter("slice = 'source=csv'").count());
    }

    @Test
    void everyClassOfAWholeSplitHasItsFiguresAgainstTheRestAndItsCurve() {
        Dataset<Row> perClass = TinyPipeline.table(spark, store, JudgementTables.EVALUATION_PER_CLASS)
                .filter("slice = 'all' AND support > 0");

        assertThat(perClass.count()).isEqualTo(36);
        // the probabilities of four classes are listed, except those below the threshold
        assertThat(perClass.filter("roc_auc > 0.5 AND average_precision > 0 AND brier > 0 AND calibration_error > 0"
                                + " AND unlisted_probability < 1e-3")
                        .count())
                .isEqualTo(36);
        assertThat(TinyPipeline.table(spark, store, JudgementTables.EVALUATION_CURVES)
                        .select("model", "split", "level", "label")
                        .distinct()
                        .count())
                .isEqualTo(36);
    }

    @Test
    void theEvaluationAgreesWithThePredictions() {
        Column isRight = when(col("label").equalTo(col("predicted")), 1.0).otherwise(0.0);
        List<Row> byHand = TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                .groupBy("model", "split")
                .agg(count(lit(1)), sum(isRight))
                .collectAsList();

        assertThat(byHand).hasSize(6).allSatisfy(row -> {
            String key = "slice = 'all' AND level = 'leaf' AND model = '" + row.getString(0) + "' AND split = '"
                    + row.getString(1) + "'";
            double accuracy = row.getDouble(3) / row.getLong(2);
            assertThat(TinyPipeline.table(spark, store, JudgementTables.EVALUATION_SUMMARY)
                            .filter(key + " AND metric IN ('accuracy', 'micro_f1')")
                            .select("value")
                            .collectAsList())
                    .isNotEmpty()
                    .allSatisfy(value -> assertThat(value.getDouble(0)).isCloseTo(accuracy, within(1e-12)));
            assertThat(TinyPipeline.table(spark, store, JudgementTables.EVALUATION_CONFUSION)
                            .filter(key)
                            .agg(sum("count"))
                            .first()
                            .getLong(0))
                    .isEqualTo(row.getLong(2));
            assertThat(TinyPipeline.table(spark, store, JudgementTables.EVALUATION_PER_CLASS)
                            .filter(key)
                            .agg(sum("support"), sum("predicted"), sum("tp").cast("double"))
                            .first())
                    .isEqualTo(RowFactory.create(row.getLong(2), row.getLong(2), row.getDouble(3)));
        });
        assertThat(TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                        .as("predicted")
                        .join(
                                TinyPipeline.table(spark, store, ExampleTables.SPLITS)
                                        .as("dealt"),
                                "example_id")
                        .filter(col("dealt.split").notEqual(col("predicted.split")))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void theHierarchyAloneIsCalibratedOnValidationAloneAndScoredAsCalibrated() {
        assertThat(TinyPipeline.table(spark, store, ModelTables.MODELS)
                        .orderBy("model", "version")
                        .selectExpr("concat_ws(' ', model, version, base_version)", "calibration = 'none'")
                        .collectAsList())
                .extracting(row -> row.getString(0) + " " + (row.getBoolean(1) ? "none" : "calibrated"))
                .satisfiesExactly(
                        row -> assertThat(row).isEqualTo("hierarchical 1 none"),
                        row -> assertThat(row).startsWith("hierarchical 2 1 "),
                        row -> assertThat(row).isEqualTo("one_vs_rest 1 none"),
                        row -> assertThat(row).isEqualTo("softmax 1 none"));
        assertThat(TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                        .select("model", "version")
                        .distinct()
                        .orderBy("model")
                        .collectAsList())
                .containsExactly(
                        RowFactory.create("hierarchical", 2),
                        RowFactory.create("one_vs_rest", 1),
                        RowFactory.create("softmax", 1));
        long validation = TinyPipeline.table(spark, store, ExampleTables.SPLITS)
                .filter("split = 'validation'")
                .count();
        Dataset<Row> calibrations = TinyPipeline.table(spark, store, CalibrationTables.CALIBRATIONS);
        assertThat(calibrations
                        .filter("node IS NULL OR node = ''")
                        .select("support")
                        .distinct()
                        .collectAsList())
                .containsExactly(RowFactory.create(validation));
        // two classes below each parent, four methods, two metrics; and four metrics of the whole model
        assertThat(calibrations.count()).isEqualTo(3 * 4 * 2 + 4);
        assertThat(calibrations.filter("picked AND metric = 'log_loss'").count())
                .as("one method at each node, and the whole")
                .isEqualTo(4);
        assertThat(TinyPipeline.table(spark, store, ModelTables.CONFORMAL)
                        .agg(sum("support"), count(lit(1)))
                        .first())
                .isEqualTo(RowFactory.create(validation, 4L));
    }
}
