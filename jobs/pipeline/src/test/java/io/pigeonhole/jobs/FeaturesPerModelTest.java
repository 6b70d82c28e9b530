package io.pigeonhole.jobs;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.embeddings.EmbeddingTables;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.runs.RunTables;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Models of one configuration with features of their own, also as the members of a cascade. */
class FeaturesPerModelTest extends CopiedStoreTest {

    private static final String SIZE = "features = [{ kind = numeric, columns = [size] }]";

    private Cli run(String command, String models, String... more) {
        return Cli.done(pipeline.command(
                store,
                command,
                Stream.concat(Stream.of("--set", "models=[" + models + "]"), Stream.of(more))
                        .toArray(String[]::new)));
    }

    private Map<String, Double> figures(String model) {
        return TinyPipeline.figures(TinyPipeline.table(spark, store, ModelTables.MODELS)
                .filter(col("model").equalTo(model))
                .orderBy(col("version").desc())
                .first()
                .getList(10));
    }

    @Test
    void aCascadeOfACheapAndADearEmbeddingIsOneConfiguration() {
        TinyEmbedding embedding = TinyEmbedding.create(folder, 1);
        String models =
                "{ name = cheap, trainer = softmax, reg_param = 0.03, " + embedding.features(", method = static")
                        + " }, { name = dear, trainer = nearest, neighbours = [5, 9], " + embedding.features("")
                        + " }, { name = quick, trainer = cascade, first = cheap, second = dear,"
                        + " budget { kind = share, at_most = 0.5 } }"
                        + ", { name = ruled, trainer = rules, base = quick,"
                        + " rules = [{ id = moss, binding = true, label = moss, sql = \"text LIKE '%moss%'\" }] }";
        run("train", models, "--set", "features=[]");
        run("score", models, "--set", "features=[]");

        // five words and a number
        assertThat(figures("cheap")).containsEntry("features", 6.0);
        assertThat(figures("dear")).containsEntry("features", 6.0);
        Dataset<Row> predictions = TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                .select("example_id", "model", "predicted", "decided_by")
                .persist();
        try {
            Dataset<Row> members = predictions
                    .filter("model = 'cheap' OR model = 'dear'")
                    .selectExpr("example_id", "predicted AS answer", "concat(model, '@1') AS decided_by");
            Dataset<Row> answered = predictions
                    .filter("model = 'quick'")
                    .join(members, new String[] {"example_id", "decided_by"})
                    .persist();
            assertThat(answered.count())
                    .isEqualTo(predictions.filter("model = 'quick'").count())
                    .isEqualTo(members.select("example_id").distinct().count());
            assertThat(answered.filter("answer <> predicted").count()).isZero();
            assertThat(answered.select("decided_by").distinct().count()).isEqualTo(2);
            assertThat(predictions
                            .filter("model = 'ruled' AND decided_by = 'rule moss@1'")
                            .isEmpty())
                    .isFalse();
        } finally {
            predictions.unpersist();
        }
        assertThat(TinyPipeline.table(spark, store, EmbeddingTables.EMBEDDINGS).count())
                .isEqualTo(TinyPipeline.table(spark, store, ExampleTables.EXAMPLES)
                        .select("text")
                        .distinct()
                        .count());
        assertThat(replayOfTraining("dear", models, "--set", "features=[]"))
                .contains("came out again, to the last bit");
        long scored = rowsOfNew();
        run(
                "score",
                models,
                "--set",
                "features=[]",
                "--set",
                "score.examples={ like = csv, path = \"" + pipeline.input() + "\" }",
                "--model",
                "quick");
        assertThat(rowsOfNew()).isGreaterThan(scored);
        String trained = TinyPipeline.table(spark, store, ExampleTables.SPLITS)
                .filter("split = 'train'")
                .selectExpr("min(example_id)")
                .first()
                .getString(0);
        assertThat(run("forget", models, "--set", "features=[]", "--example", trained)
                        .out())
                .contains(
                        "model 'cheap' version 1 was trained on it",
                        "model 'dear' version 1: 1 rows removed from its files, none left",
                        "embeddings: 1 rows removed, none left");
    }

    /** The output of a replay of the training of a model. */
    private String replayOfTraining(String model, String models, String... more) {
        String run = TinyPipeline.table(spark, store, RunTables.RUNS)
                .filter("job = 'train'")
                .filter(col("subject").equalTo(model))
                .orderBy(col("started_at").desc())
                .first()
                .getAs("run_id");
        return run(
                        "replay",
                        models,
                        Stream.concat(Stream.of("--run", run), Stream.of(more)).toArray(String[]::new))
                .out();
    }

    private long rowsOfNew() {
        return TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                .filter("split = 'new'")
                .count();
    }

    @Test
    void ownFeaturesAreFittedAgainResampledAndMatchedByName() {
        String models = "{ name = folds, trainer = softmax, reg_param = [0.01, 0.1], " + SIZE
                + ", selection { on = folds, refit = true } }"
                + ", { name = all, trainer = softmax, reg_param = 0.01 }"
                + ", { name = even, trainer = one_vs_rest, reg_param = 0.01, " + SIZE
                + ", resampling { over = smote }, calibration = temperature }"
                + ", { name = softmax, trainer = softmax, reg_param = 0.01, " + SIZE
                + ", warm_start { version = 1 } }"
                + ", { name = net, trainer = deep, " + SIZE
                + ", deep { network { kind = mlp, hidden = [4] }, epochs = 2 } }";
        run("train", models);
        assertThat(figures("folds")).containsEntry("features", 1.0);
        assertThat(figures("even")).containsEntry("features", 1.0).containsKey("rows_added");
        assertThat(figures("softmax")).containsEntry("features", 1.0).containsEntry("warm_start_features", 1.0);
        assertThat(figures("all").get("features")).isGreaterThan(50);
        for (String own : List.of("even", "net")) {
            assertThat(replayOfTraining(own, models)).as(own).contains("came out again, to the last bit");
        }
        assertThat(TinyPipeline.table(spark, store, RunTables.RUN_PHASES)
                        .filter("phase = 'fitting the features'")
                        .join(
                                TinyPipeline.table(spark, store, RunTables.RUNS)
                                        .filter("subject IN ('folds', 'even', 'all', 'net')"),
                                "run_id")
                        .count())
                .as("models with the same features share them")
                .isEqualTo(2);
    }
}
