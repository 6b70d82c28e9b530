package io.pigeonhole.jobs;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.runs.RunTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

/** Prediction sets, and decisions by cost: from the configuration to the evaluation's tables. */
class ScoreOptionsTest extends CopiedStoreTest {

    private Cli run(String command, String... settings) {
        List<String> arguments = new ArrayList<>(List.of("--set", TinyPipeline.alone("hierarchical")));
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        return Cli.run(pipeline.command(store, command, arguments.toArray(String[]::new)));
    }

    private void done(String command, String... settings) {
        Cli cli = run(command, settings);
        assertThat(cli.exitCode()).as(cli.err()).isZero();
    }

    @Test
    void predictionSetsAndDecisionsByCostReachTheEvaluation() {
        table(
                        "label STRING, predicted STRING, cost DOUBLE",
                        RowFactory.create("dog", "cat", 30.0),
                        RowFactory.create("moss", "cat", 30.0))
                .write()
                .format("delta")
                .save(folder.resolve("costs").toString());
        String[] settings = {
            "score.conformal=true",
            "score.decide=cost",
            "costs={ classes { fern { false_positive = 0.5, false_negative = 2 } }, table { format = delta, path = \""
                    + folder.resolve("costs") + "\" } }"
        };

        done("score", settings);
        done("evaluate", settings);

        Dataset<Row> predictions = TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                .filter("model = 'hierarchical' AND split = 'test'");
        // deciding for cat costs 30 (p[dog] + p[moss]) + 2 p[fern], for dog p[cat] + p[moss] + 2 p[fern]
        String dear =
                "aggregate(filter(top_k, t -> t.label IN ('dog', 'moss')), 0.0D, (sum, t) -> sum + t.probability)";
        assertThat(predictions
                        .filter("predicted = 'cat' AND " + dear + " > 1 / 29D")
                        .count())
                .isZero();
        assertThat(predictions.filter("predicted != top_k[0].label").isEmpty()).isFalse();
        assertSets(predictions);
        assertCosts(predictions);
        assertThat(TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                        .filter("model = 'softmax' AND prediction_set IS NOT NULL")
                        .isEmpty())
                .isTrue();
    }

    private void assertSets(Dataset<Row> predictions) {
        Column covered =
                when(array_contains(col("prediction_set"), col("label")), 1.0).otherwise(0.0);
        Row byHand =
                predictions.agg(avg(covered), avg(size(col("prediction_set")))).first();
        Dataset<Row> sets = TinyPipeline.table(spark, store, JudgementTables.EVALUATION_SETS)
                .filter("split = 'test' AND slice = 'all'");
        Row all = sets.filter("label IS NULL")
                .select("coverage", "mean_set_size", "mean_set_size_low", "mean_set_size_high", "pooled")
                .first();
        assertThat(all.getDouble(0)).isCloseTo(byHand.getDouble(0), within(1e-12));
        assertThat(all.getDouble(1)).isCloseTo(byHand.getDouble(1), within(1e-8));
        assertThat(all.getDouble(2)).isLessThan(all.getDouble(1));
        assertThat(all.getDouble(3)).isGreaterThan(all.getDouble(1));
        assertThat(all.isNullAt(4)).isTrue();
        // 12 and 9 validation rows, 6 and 3: below the minimum of 8
        assertThat(sets.filter("label IS NOT NULL")
                        .orderBy("label")
                        .select("label", "pooled")
                        .collectAsList())
                .containsExactly(
                        RowFactory.create("cat", false),
                        RowFactory.create("dog", false),
                        RowFactory.create("fern", true),
                        RowFactory.create("moss", true));
        assertThat(byHand.getDouble(0)).isGreaterThan(0.7);
    }

    private void assertCosts(Dataset<Row> predictions) {
        Column own = when(col("predicted").equalTo("cat").and(col("label").isin("dog", "moss")), 30.0)
                .when(col("label").equalTo(col("predicted")), 0.0)
                .otherwise(when(col("label").equalTo("fern"), 2.0)
                        .otherwise(1.0)
                        .plus(when(col("predicted").equalTo("fern"), 0.5).otherwise(lit(0.0))));
        double byHand = predictions.agg(avg(own)).first().getDouble(0);
        assertThat(TinyPipeline.table(spark, store, JudgementTables.EVALUATION_COSTS)
                        .filter("split = 'test' AND slice = 'all' AND label IS NULL")
                        .select("expected_cost")
                        .first()
                        .getDouble(0))
                .isCloseTo(byHand, within(1e-7));
    }

    @Test
    void decisionsForInnerNodesCountAtTheLevelsAboveTheLeaves() {
        String[] settings = {"score.decide_at=node", "score.node_threshold=0.7"};
        done("score", settings);
        done("evaluate", settings);

        Dataset<Row> predictions = TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                .filter("model = 'hierarchical' AND split = 'test'");
        assertThat(predictions.filter("predicted = 'animals'").isEmpty()).isFalse();
        assertThat(predictions.filter("predicted = label AND confidence < 0.7").isEmpty())
                .isTrue();
        double leaf = predictions
                .agg(avg(when(col("predicted").equalTo(col("label")), 1.0).otherwise(0.0)))
                .first()
                .getDouble(0);
        assertThat(metric("accuracy", "leaf")).isCloseTo(leaf, within(1e-9));
        double above = predictions
                .selectExpr("avg(if(levels[0].predicted = levels[0].label, 1.0D, 0.0D))")
                .first()
                .getDouble(0);
        assertThat(metric("accuracy", "1")).isCloseTo(above, within(1e-9));
        // the path of a class has two nodes, the path of an inner node one
        Row nodes = predictions
                .selectExpr(
                        "sum(if(levels[0].predicted = levels[0].label, 1, 0) + if(predicted = label, 1, 0)) shared",
                        "sum(if(predicted IN ('animals', 'plants'), 1, 2)) predicted")
                .first();
        assertThat(metric("hierarchical_precision", "leaf"))
                .isCloseTo((double) nodes.getLong(0) / nodes.getLong(1), within(1e-9));
    }

    private double metric(String metric, String level) {
        return TinyPipeline.table(spark, store, JudgementTables.EVALUATION_SUMMARY)
                .filter(col("model").equalTo("hierarchical").and(col("split").equalTo("test")))
                .filter(col("slice")
                        .equalTo("all")
                        .and(col("level").equalTo(level))
                        .and(col("metric").equalTo(metric)))
                .select("value")
                .first()
                .getDouble(0);
    }

    @Test
    void aVersionThatWasNotCalibratedHasNoPredictionSets() {
        Cli uncalibrated = run("score", "score.conformal=true", "score.version=1");
        assertThat(uncalibrated.exitCode()).isEqualTo(3);
        assertThat(uncalibrated.err()).contains("Version 1 of model 'hierarchical' has no prediction sets");
    }

    @Test
    void newFilesAreReadAsTheirSourceIsAndRowsThatDoNotFitAreRejected() throws IOException {
        Path file = folder.resolve("new.csv");
        Files.writeString(file, "id,text,size\nn1,'two\nlines',1.5\nn2,short\nn3,plain,many\n");
        String[] settings = {
            "score.examples={ like = csv, path = \"" + file + "\" }", "extract.reject_limit=1",
        };

        Cli cli = run("score", settings);

        assertThat(cli.exitCode()).as(cli.err()).isZero();
        assertThat(TinyPipeline.table(spark, store, RunTables.RUNS)
                        .filter("job = 'score' AND size(warnings) > 0")
                        .selectExpr("warnings[0]")
                        .collectAsList())
                .extracting(row -> row.getString(0))
                .containsExactly("2 of 3 rows are rejected and not scored; the table rejects has their reasons");
        assertThat(TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                        .filter("split = 'new'")
                        .select("example_id", "label")
                        .collectAsList())
                .containsExactly(RowFactory.create("n1", null));
        assertThat(TinyPipeline.table(spark, store, ExampleTables.REJECTS)
                        .filter("source = 'score.examples' AND run_id LIKE 'score-%'")
                        .select("detail")
                        .collectAsList())
                .extracting(row -> row.getString(0))
                .satisfiesExactlyInAnyOrder(
                        detail -> assertThat(detail).endsWith("does not fit the schema: n2,short"),
                        detail -> assertThat(detail).contains("size 'many' is no DOUBLE"));
    }
}
