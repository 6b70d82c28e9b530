package io.pigeonhole.jobs;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.embeddings.EmbeddingTables;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.runs.Hashes;
import io.pigeonhole.jobs.runs.RunTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A feature by a pretrained model, a tiny one in files of the user's: its vectors are computed once, and go when needed. */
class EmbeddingTest extends CopiedStoreTest {

    private TinyEmbedding embedding = new TinyEmbedding(folder);

    @BeforeEach
    void writeTheModel() {
        embedding = TinyEmbedding.create(folder, 1);
    }

    /** @param more keys of the feature, then arguments */
    private String[] command(String command, String name, String... more) {
        List<String> words = new ArrayList<>(Arrays.asList(pipeline.command(
                store,
                command,
                "--set",
                embedding.features(more.length == 0 ? "" : more[0]),
                "--set",
                "models=[{ name = " + name + ", trainer = softmax"
                        + ", reg_param = [1e-4, 1e-3], calibration = temperature }]")));
        words.addAll(Arrays.asList(more).subList(Math.min(1, more.length), more.length));
        return words.toArray(String[]::new);
    }

    private Dataset<Row> vectors() {
        return TinyPipeline.table(spark, store, EmbeddingTables.EMBEDDINGS);
    }

    private Set<String> texts() {
        return new TreeSet<>(
                TinyPipeline.table(spark, store, ExampleTables.EXAMPLES).select("text").collectAsList().stream()
                        .map(row -> row.getString(0))
                        .toList());
    }

    private double accuracy(String model) {
        return TinyPipeline.table(spark, store, JudgementTables.EVALUATION_SUMMARY)
                .filter(col("model").equalTo(model))
                .filter("split = 'test' AND slice = 'all' AND level = 'leaf' AND metric = 'accuracy'")
                .orderBy(col("version").desc())
                .first()
                .getAs("value");
    }

    @Test
    void vectorsAreComputedOnceForAllModelsAndJobs() throws IOException {
        String planned = Cli.done(command("run", "softmax", "", "--dry-run")).out();
        assertThat(Pattern.compile("embeds (\\d+) texts in about 1 s")
                        .matcher(planned)
                        .results()
                        .mapToInt(match -> Integer.parseInt(match.group(1)))
                        .sum())
                .as(planned)
                .isEqualTo(300);
        String log = Cli.done(command("run", "softmax")).out();
        assertThat(vectors().count()).as(log).isEqualTo(texts().size());
        assertThat(vectors().select("content_hash").distinct().count()).isEqualTo(texts().size());
        assertThat(accuracy("softmax")).isGreaterThan(0.8);
        long commits = TinyPipeline.versions(store).get("embeddings");

        Cli.done(command("run", "other"));
        assertThat(TinyPipeline.versions(store)).as("nothing is computed again").containsEntry("embeddings", commits);

        // as after a crash: some vectors are lost; and other partitions
        vectors()
                .filter("content_hash < '8'")
                .write()
                .format("delta")
                .mode("overwrite")
                .save(store.resolve("embeddings").toString());
        Cli.done(command("train", "again", "", "--set", "spark.\"spark.sql.shuffle.partitions\"=3"));
        assertThat(fingerprints("again")).containsExactly(fingerprints("other").get(0));
        assertThat(vectors().count())
                .as("train and validation at least")
                .isEqualTo(vectors().select("content_hash").distinct().count())
                .isGreaterThan(texts().size() / 2);
    }

    private List<String> fingerprints(String model) {
        return TinyPipeline.table(spark, store, ModelTables.MODELS)
                .filter(col("model").equalTo(model))
                .orderBy("version")
                .select("fingerprint")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList();
    }

    @Test
    void textsThatAreCutAreCountedWhereTheirVectorsAreComputed() {
        Cli.done(command("train", "softmax", ", max_tokens = 5"));
        Cli.done(command("train", "again", ", max_tokens = 5"));
        List<Row> runs = TinyPipeline.table(spark, store, RunTables.RUNS)
                .filter("job = 'train' AND subject IN ('softmax', 'again')")
                .orderBy(col("started_at").desc())
                .selectExpr("concat_ws(' ', warnings)")
                .limit(2)
                .collectAsList();
        long computed = vectors().count();
        assertThat(runs.get(1).getString(0))
                .contains("%1$d of %1$d texts of column 'text' are longer than 5 tokens".formatted(computed));
        assertThat(runs.get(0).getString(0)).as("they are known").doesNotContain("tokens");
    }

    @Test
    void aVersionKeepsItsPretrainedModelAndAnotherFileIsAnotherVersion() throws IOException {
        Cli.done(command("train", "softmax"));
        int versions = fingerprints("softmax").size();
        TinyPipeline.delete(embedding.model());
        Path moved = folder.resolve("moved");
        Files.move(store, moved);
        store = moved;
        Cli.done(command(
                "score",
                "softmax",
                "",
                "--set",
                "models=[{ name = softmax, trainer = softmax, reg_param = [1e-4, 1e-3] }]"));
        assertThat(TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                        .filter(col("model")
                                .equalTo("softmax")
                                .and(col("version").equalTo(versions)))
                        .isEmpty())
                .isFalse();
        assertThat(Cli.run(command("train", "softmax")).err()).contains("model.onnx of an embedding does not exist");
        TinyEmbedding.create(folder, 2);
        Cli.done(command("train", "softmax"));
        assertThat(fingerprints("softmax")).hasSize(versions + 1);
        assertThat(vectors().select("model_hash").distinct().count()).isEqualTo(2);
    }

    @Test
    void aStaticEmbeddingIsDistilledOnceAndKeepsNoVectors() {
        Cli planned = Cli.done(command("run", "softmax", ", method = static, weight = 3", "--dry-run"));
        assertThat(planned.out()).contains("runs the model on each token");
        Cli.done(command("run", "softmax", ", method = static, weight = 3"));
        assertThat(accuracy("softmax")).isGreaterThan(0.8);
        assertThat(store.resolve("embeddings")).doesNotExist();
        List<Path> tables = tables();
        assertThat(tables).hasSize(1);

        Cli.done(command("train", "again", ", method = static, weight = 3"));
        assertThat(fingerprints("softmax")).containsAll(fingerprints("again"));
        assertThat(tables()).isEqualTo(tables);
    }

    private List<Path> tables() {
        return TinyPipeline.list(store.resolve("artifacts/encoders")).stream()
                .map(encoder -> encoder.resolve("tokens.table"))
                .filter(Files::exists)
                .toList();
    }

    @Test
    void aForgottenTextLosesItsVector() {
        Cli.done(command("train", "softmax"));
        Row example = TinyPipeline.table(spark, store, ExampleTables.EXAMPLES)
                .join(TinyPipeline.table(spark, store, ExampleTables.SPLITS), "example_id")
                .filter("split = 'train'")
                .orderBy("example_id")
                .first();
        String hash = Hashes.sha256(example.<String>getAs("text"));
        assertThat(vectors().filter(col("content_hash").equalTo(hash)).count()).isEqualTo(1);
        long before = vectors().count();
        assertThat(Cli.done(command("forget", "softmax", "", "--example", example.getAs("example_id")))
                        .out())
                .contains("embeddings: 1 rows removed, none left");
        assertThat(vectors().filter(col("content_hash").equalTo(hash)).isEmpty())
                .isTrue();
        assertThat(vectors().count()).isEqualTo(before - 1);
    }
}
