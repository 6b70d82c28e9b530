package io.pigeonhole.jobs;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.runs.RunTables;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cascade of two models passes through all jobs like any other model. */
class CascadeModelTest extends DeltaTest {

    private static final String ROUGH = "{ name = rough, trainer = softmax, reg_param = 0.03 },"
            + " { name = hierarchical, trainer = hierarchical, reg_param = 1e-3, calibration = auto }";

    private final TinyPipeline pipeline = TinyPipeline.undisturbed();

    @TempDir
    private Path folder = Path.of("none");

    private Cli run(Path store, String command, String models, String... more) {
        return Cli.run(pipeline.command(
                store,
                command,
                Stream.concat(Stream.of("--set", "models=[" + models + "]"), Stream.of(more))
                        .toArray(String[]::new)));
    }

    private Path store() {
        Path store = folder.resolve("store");
        TinyPipeline.copy(pipeline.store(), store);
        return store;
    }

    private static String cascade(String settings) {
        return ROUGH + ", { name = quick, trainer = cascade, first = rough, second = hierarchical, " + settings + " }";
    }

    /** The first model is configured as one of a grid, which validation picks; the shared store has a version of it. */
    private static String picked(String settings) {
        return cascade(settings).replace("rough", "softmax").replace("reg_param = 0.03", "reg_param = [0.03, 0.05]");
    }

    @Test
    void aCascadeIsTrainedCalibratedScoredEvaluatedReplayedAndForgotten() {
        Path store = store();
        // version 2 is calibrated; with these costs the second model may answer half of the rows
        String models =
                cascade("second_version = 2, budget { kind = cost, at_most = 7 }, costs { first = 1, second = 12 },"
                        + " confidence_level = 0.9, calibration = temperature");
        Cli done = run(store, "run", models);
        assertThat(done.exitCode()).as(done.err()).isZero();

        theFrontierHoldsTogether(store);
        everyRowIsAnsweredByOneOfTheModels(store);
        Row trained = TinyPipeline.table(spark, store, RunTables.RUNS)
                .filter("job = 'train' AND subject = 'quick'")
                .first();
        assertThat(trained.<Row>getList(trained.fieldIndex("inputs")))
                .extracting(input -> input.getString(0))
                .contains("model rough", "model hierarchical");
        assertThat(TinyPipeline.figures(trained.getList(trained.fieldIndex("figures"))))
                .containsKeys("first_milliseconds", "second_milliseconds")
                .containsEntry("second_version", 2.0);
        assertThat(TinyPipeline.table(spark, store, JudgementTables.EVALUATION_SUMMARY)
                        .filter("model = 'quick' AND version = 2 AND metric = 'accuracy' AND split = 'test'")
                        .count())
                .isPositive();

        Path page = folder.resolve("report.html");
        Cli reported = run(store, "report", models, "--model", "quick", "--out", page.toString());
        assertThat(reported.exitCode()).as(reported.err()).isZero();
        assertThat(page)
                .content()
                .contains("\"cascade\":{\"points\":[{\"point\":1,\"share\":0.0,", "\"answered\":{\"hierarchical@2\":");

        Cli replayed = run(store, "replay", models, "--run", trained.getAs("run_id"));
        assertThat(replayed.out()).as(replayed.err()).contains("cascade_frontier: ", "came out again, to the last bit");
        String validated = TinyPipeline.table(spark, store, ExampleTables.SPLITS)
                .filter("split = 'validation'")
                .orderBy("example_id")
                .first()
                .getAs("example_id");
        assertThat(run(store, "forget", models, "--example", validated).out())
                .contains("model 'quick' version 1", "model 'quick' version 2", "model 'hierarchical' version 2")
                .doesNotContain("model 'rough'");
    }

    private static void theFrontierHoldsTogether(Path store) {
        List<Row> points = TinyPipeline.table(spark, store, ModelTables.CASCADE_FRONTIER)
                .orderBy("point")
                .collectAsList();
        Row chosen = points.stream()
                .filter(point -> point.<Boolean>getAs("chosen"))
                .findFirst()
                .orElseThrow();
        double share = chosen.getAs("share");
        long rows = chosen.getAs("support");
        long right = Math.round(rows * chosen.<Double>getAs("accuracy"));
        assertThat(share).isGreaterThan(0);
        assertThat(chosen.<Double>getAs("cost")).isCloseTo(1 + 12 * share, within(1e-12));
        assertThat(chosen.<Double>getAs("certified"))
                .isCloseTo(
                        new BetaDistribution(right, rows - right + 1.0).inverseCumulativeProbability(0.1),
                        within(1e-6));
        assertThat(points.get(0).<Double>getAs("share")).isZero();
        assertThat(points.get(points.size() - 1).<Double>getAs("share")).isEqualTo(1);
    }

    /** The labels, confidences apart, are those of the model that answered. */
    private static void everyRowIsAnsweredByOneOfTheModels(Path store) {
        Dataset<Row> predictions = TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS);
        Dataset<Row> quick = predictions
                .filter("model = 'quick'")
                .select(col("example_id"), col("predicted").as("answer"), col("decided_by"));
        Dataset<Row> members = predictions
                .filter("model = 'rough' OR model = 'hierarchical'")
                .selectExpr("example_id", "predicted", "concat(model, '@', version) AS decided_by");
        long rows = predictions.filter("model = 'rough'").count();
        Dataset<Row> answered =
                quick.join(members, new String[] {"example_id", "decided_by"}).persist();
        try {
            assertThat(answered.count()).isEqualTo(rows).isEqualTo(quick.count());
            assertThat(answered.filter("answer <> predicted").count()).isZero();
            assertThat(answered.select("decided_by").distinct().count()).isEqualTo(2);
        } finally {
            answered.unpersist();
        }
        assertThat(predictions
                        .filter("model <> 'quick' AND decided_by IS NOT NULL")
                        .count())
                .isZero();
    }

    @Test
    void measuredTimesDecideWhereTheBudgetIsATimeAndNoCostsAreStated() {
        Path store = store();
        Cli little = run(store, "train", picked("budget { kind = cost, at_most = 1e-9 }"), "--model", "quick");
        assertThat(little.exitCode()).as(little.err()).isEqualTo(2);
        assertThat(little.err()).contains("the budget of the cascade is 1.0E-9", "Raise budget.at_most");
        Cli plenty = run(store, "train", picked("budget { kind = cost, at_most = 1e9 }"), "--model", "quick");
        assertThat(plenty.exitCode()).as(plenty.err()).isZero();
        List<String> warnings = TinyPipeline.table(spark, store, RunTables.RUNS)
                .filter("job = 'train' AND subject = 'quick' AND status = 'done'")
                .select("warnings")
                .first()
                .getList(0);
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("model 'softmax' is configured to be picked on validation");
        Map<String, Double> figures = TinyPipeline.figures(TinyPipeline.table(spark, store, ModelTables.MODELS)
                .filter("model = 'quick'")
                .first()
                .getList(10));
        assertThat(figures).containsEntry("gain_threshold", 0.0).doesNotContainKey("first_milliseconds");
        assertThat(TinyPipeline.table(spark, store, ModelTables.CASCADE_FRONTIER)
                        .filter("cost IS NOT NULL")
                        .count())
                .isZero();
    }

    @Test
    void aVersionThatWasTrainedOnValidationIsRefused() {
        Path store = store();
        String softmax = "{ name = softmax, trainer = softmax, reg_param = 1e-3%s }";
        Cli refitted = run(store, "train", String.format(softmax, ", selection.refit = true"));
        assertThat(refitted.exitCode()).as(refitted.err()).isZero();
        Cli refused = run(
                store,
                "train",
                String.format(softmax, "") + ", { name = one_vs_rest, trainer = one_vs_rest }, { name = quick,"
                        + " trainer = cascade, first = softmax, first_version = 2, second = one_vs_rest,"
                        + " second_version = 1, budget { kind = share, at_most = 0.5 } }",
                "--model",
                "quick");
        assertThat(refused.exitCode()).as(refused.err()).isEqualTo(3);
        assertThat(refused.err()).contains("Version 2 of softmax was trained on validation too");
    }
}
