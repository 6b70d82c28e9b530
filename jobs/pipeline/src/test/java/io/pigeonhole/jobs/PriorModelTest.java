package io.pigeonhole.jobs;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of the class shares passes through all jobs like any other model. */
class PriorModelTest extends DeltaTest {

    private final TinyPipeline pipeline = TinyPipeline.undisturbed();

    @TempDir
    private Path folder = Path.of("none");

    @Test
    void theSharesOfTheClassesAreTrainedScoredAndEvaluated() {
        Path store = folder.resolve("store");
        TinyPipeline.copy(pipeline.store(), store);
        Cli.done(pipeline.command(store, "run", "--set", "models=[{ name = floor, trainer = prior }]"));

        Map<String, Double> shares = new TreeMap<>();
        double total = TinyPipeline.table(spark, store, ExampleTables.SPLITS)
                .filter("split = 'train' AND label IS NOT NULL")
                .selectExpr("sum(weight)")
                .first()
                .getDouble(0);
        TinyPipeline.table(spark, store, ExampleTables.SPLITS)
                .filter("split = 'train' AND label IS NOT NULL")
                .groupBy("label")
                .sum("weight")
                .collectAsList()
                .forEach(row -> shares.put(row.getString(0), row.getDouble(1) / total));
        double rows = 0;
        double right = 0;
        double loss = 0;
        for (Row row : TinyPipeline.table(spark, store, ExampleTables.SPLITS)
                .filter("split = 'test' AND label IS NOT NULL")
                .select("label")
                .collectAsList()) {
            rows++;
            // cat is the most frequent class of the tiny pipeline
            right += row.getString(0).equals("cat") ? 1 : 0;
            loss -= Math.log(shares.get(row.getString(0)));
        }
        Dataset<Row> summary = TinyPipeline.table(spark, store, JudgementTables.EVALUATION_SUMMARY)
                .filter("model = 'floor' AND version = 1 AND split = 'test' AND slice = 'all' AND level = 'leaf'");
        assertThat(value(summary, "accuracy")).isCloseTo(right / rows, within(1e-12));
        assertThat(value(summary, "log_loss")).isCloseTo(loss / rows, within(1e-9));
        Row version = TinyPipeline.table(spark, store, ModelTables.MODELS)
                .filter(col("model").equalTo("floor"))
                .first();
        assertThat(version.<String>getAs("trainer")).isEqualTo("prior");
        assertThat(TinyPipeline.table(spark, store, JudgementTables.EVALUATION_SUMMARY)
                        .filter("model = 'floor' AND level <> 'leaf'")
                        .count())
                .as("it knows the taxonomy")
                .isPositive();

        Dataset<Row> softmax = TinyPipeline.table(spark, store, JudgementTables.EVALUATION_SUMMARY)
                .filter("model = 'softmax' AND version = 1 AND split = 'test' AND slice = 'all' AND level = 'leaf'");
        String gain = String.format(
                Locale.ROOT,
                "gain over prior floor 1: accuracy %+.4f, macro F1 %+.4f, log loss %+.4f",
                value(softmax, "accuracy") - value(summary, "accuracy"),
                value(softmax, "macro_f1") - value(summary, "macro_f1"),
                value(softmax, "log_loss") - value(summary, "log_loss"));
        assertThat(Cli.done(pipeline.command(store, "show", "--model", "softmax"))
                        .out())
                .contains(gain);
        assertThat(Cli.done(pipeline.command(
                                store,
                                "show",
                                "--model",
                                "floor",
                                "--set",
                                "models=[{ name = floor, trainer = prior }]"))
                        .out())
                .as("over itself a prior gains nothing")
                .doesNotContain("gain over prior");
        Path page = folder.resolve("report.html");
        Cli.done(pipeline.command(store, "report", "--model", "softmax", "--out", page.toString()));
        assertThat(page)
                .content()
                .contains("\"gain_over_prior\":{\"model\":\"floor\",\"version\":1,\"gains\":{\"accuracy\":");
    }

    private static double value(Dataset<Row> summary, String metric) {
        return summary.filter(col("metric").equalTo(metric))
                .select("value")
                .first()
                .getDouble(0);
    }
}
