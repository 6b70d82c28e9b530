package io.pigeonhole.jobs;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.predictions.PredictionTables;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** New examples without labels are scored, and their predictions are compared with those on validation. */
class DriftJobTest extends CopiedStoreTest {

    private Cli run(String command, String... more) {
        String examples = "score.examples={ format = parquet, path = \"" + folder.resolve("new") + "\" }";
        String[] arguments = Stream.concat(
                        Stream.of(
                                "--json",
                                "--model",
                                "softmax",
                                "--set",
                                examples,
                                "--set",
                                "drift.base_split=validation",
                                "--set",
                                "evaluate.minimum_support=10"),
                        Stream.of(more))
                .toArray(String[]::new);
        return Cli.run(pipeline.command(store, command, arguments));
    }

    /** Writes new examples, without labels. */
    private void arrive(Dataset<Row> examples) {
        examples.withColumn("label", lit(null).cast("string"))
                .withColumn("path", array().cast("array<string>"))
                .write()
                .mode("overwrite")
                .parquet(folder.resolve("new").toString());
    }

    private static JsonNode figures(Cli cli) {
        return cli.json().get("runs").get(0).get("figures");
    }

    @Test
    void whatArrivesAsBeforeIsNoDriftAndWhatIsMostlyOfOneClassIs() {
        Dataset<Row> examples = TinyPipeline.table(spark, store, ExampleTables.EXAMPLES);
        Cli early = run("drift");
        assertThat(early.exitCode()).isEqualTo(3);
        assertThat(early.err()).contains("There are no predictions of model 'softmax' version 1 on split 'new'");

        arrive(examples);
        assertThat(run("score").exitCode()).isZero();
        Cli alike = run("drift");
        assertThat(alike.exitCode()).as(alike.out() + alike.err()).isZero();
        assertThat(figures(alike).get("distances_drifted").asInt()).isZero();

        arrive(examples.filter("label IN ('moss', 'fern')"));
        assertThat(run("score").exitCode()).isZero();
        Cli drifted = run("drift");
        assertThat(drifted.exitCode()).as(drifted.out() + drifted.err()).isEqualTo(7);
        assertThat(drifted.err()).contains("The predictions of model 'softmax' on split 'new' have drifted");
        assertThat(drifted.out()).contains("predicted_labels", "Classes predicted more or less often");

        List<Row> labels = TinyPipeline.table(spark, store, JudgementTables.DRIFT)
                .filter("metric = 'predicted_labels'")
                .collectAsList();
        assertThat(labels).as("one row of the last run").hasSize(1);
        assertThat(labels.get(0).<Double>getAs("distance")).isCloseTo(distanceByHand(), within(1e-12));
        assertThat(labels.get(0).<String>getAs("verdict")).isEqualTo("drifted");

        Cli again = run("drift");
        assertThat(again.exitCode())
                .as("an orchestrator that asks again is told again")
                .isEqualTo(7);
        assertThat(again.json().get("runs").get(0).get("status").asText()).isEqualTo("skipped");
    }

    private double distanceByHand() {
        return TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                .filter("model = 'softmax' AND split IN ('validation', 'new')")
                .groupBy("predicted")
                .pivot("split", List.of("validation", "new"))
                .count()
                .na()
                .fill(0)
                .withColumn("validation", col("validation").divide(sumOf("validation")))
                .withColumn("new", col("new").divide(sumOf("new")))
                .selectExpr("sum(abs(validation - new)) / 2")
                .first()
                .getDouble(0);
    }

    private double sumOf(String split) {
        return (double) TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                .filter("model = 'softmax' AND split = '" + split + "'")
                .count();
    }

    @Test
    void aSplitHasNotDriftedFromItself() {
        Cli same = run("drift", "--set", "drift.split=validation");
        assertThat(same.exitCode()).isEqualTo(2);
        assertThat(same.err()).contains("drift.split and drift.base_split are both 'validation'");
    }
}
