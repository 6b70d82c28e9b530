package io.pigeonhole.jobs;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.commands.Tables;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** The replay of past runs, the deletion of subjects, and the removal of files that are no longer needed. */
class TablesOverTimeTest extends CopiedStoreTest {

    private Dataset<Row> table(TableDefinition table) {
        return TinyPipeline.table(spark, store, table);
    }

    private String run(String job, String subject) {
        return table(RunTables.RUNS)
                .filter(col("job").equalTo(job).and(col("subject").equalTo(subject)))
                .select("run_id")
                .first()
                .getString(0);
    }

    private Cli replay(String runId, String... more) {
        return Cli.run(Arrays.stream(
                        new String[][] {pipeline.command(store, "replay"), {"--run", runId, "--json"}, more})
                .flatMap(Arrays::stream)
                .toArray(String[]::new));
    }

    @Test
    void aPastRunComesOutAgainToTheLastBitUnlessItsRowsWereTouched() {
        // by default, Delta reads no version that is older than a week
        long longAgo = System.currentTimeMillis() - TimeUnit.DAYS.toMillis(60);
        assertThat(TinyPipeline.commits(store))
                .allMatch(commit -> commit.toFile().setLastModified(longAgo));
        Map<String, Long> before = TinyPipeline.versions(store);
        for (String job : List.of("score softmax", "extract", "evaluate softmax")) {
            String[] words = (job + " ").split(" ", 2);
            Cli again = replay(run(words[0], words[1].strip()));
            assertThat(again.exitCode()).as(job + again.out() + again.err()).isZero();
            assertThat(again.json().get("tables"))
                    .isNotEmpty()
                    .allSatisfy(table ->
                            assertThat(table.get("identical").asBoolean()).isTrue());
        }
        assertThat(TinyPipeline.versions(store)).isEqualTo(before);
        assertThat(TinyPipeline.list(store.resolve("_replay"))).isEmpty();

        assertThat(replay(run("score", "softmax"), "--set", "score.top_k=2")).satisfies(cli -> {
            assertThat(cli.exitCode()).isEqualTo(3);
            assertThat(cli.err()).contains("its part of the configuration was another one");
        });
        assertThat(replay("score-softmax-nothing").exitCode()).isEqualTo(2);

        touchAPrediction();
        Cli other = replay(run("score", "softmax"));
        assertThat(other.exitCode()).isEqualTo(6);
        assertThat(other.out()).contains("predictions: 59 rows, 1 of them do not come out, 1 others do");
    }

    /** Changes one row, and changes the row of the run as if the run had written it. */
    private void touchAPrediction() {
        String id = table(PredictionTables.PREDICTIONS)
                .filter("model = 'softmax'")
                .orderBy("example_id")
                .select("example_id")
                .first()
                .getString(0);
        spark.sql("UPDATE delta.`" + store.resolve("predictions") + "` SET confidence = confidence * 0.5"
                + " WHERE model = 'softmax' AND example_id = '" + id + "'");
        long version = TinyPipeline.versions(store).get("predictions");
        spark.sql("UPDATE delta.`" + store.resolve("runs")
                + "` SET outputs = transform(outputs, o -> named_struct('name'," + " o.name, 'version', " + version
                + "L, 'rows', o.rows)) WHERE job = 'score' AND subject = 'softmax'");
    }

    @Test
    void aSubjectIsForgottenEverywhereAndDoesNotComeBack() {
        String id = table(ExampleTables.SPLITS)
                .filter("split = 'test'")
                .orderBy("example_id")
                .select("example_id")
                .first()
                .getString(0);
        String trained = table(ExampleTables.SPLITS)
                .filter("split = 'train'")
                .orderBy("example_id")
                .select("example_id")
                .first()
                .getString(0);

        Cli forgotten = Cli.done(pipeline.command(
                store, "forget", "--example", id, "--example", trained, "--example", "lost-0", "--json"));

        assertThat(forgotten.out())
                .contains(
                        "splits: 2 rows removed, none left",
                        "predictions: 3 rows removed, none left",
                        "rejects: 1 rows removed, none left",
                        "examples: 2 rows removed, none left",
                        "model 'softmax' version 1 was trained on it",
                        "model 'hierarchical' version 2 was trained on it");
        for (TableDefinition definition :
                List.of(ExampleTables.EXAMPLES, ExampleTables.SPLITS, PredictionTables.PREDICTIONS)) {
            assertThat(table(definition)
                            .filter(col("example_id").isin(id, trained))
                            .isEmpty())
                    .as(definition.name())
                    .isTrue();
        }
        assertThat(table(ExampleTables.REJECTS).isEmpty()).isTrue();
        for (TableDefinition definition : Tables.ALL) {
            if (!TinyPipeline.list(store.resolve(definition.name())).isEmpty()) {
                assertThat(table(definition).toJSON().collectAsList())
                        .as(definition.name())
                        .noneMatch(row -> row.contains("\"" + id + "\"") || row.contains("lost-0"));
            }
        }

        Cli again = Cli.done(pipeline.command(store, "extract", "--json"));

        assertThat(again.json().get("status").asText()).isEqualTo("done");
        assertThat(again.json()
                        .get("runs")
                        .get(0)
                        .get("figures")
                        .get("rejected_forgotten")
                        .asInt())
                .isEqualTo(3);
        assertThat(again.json()
                        .get("runs")
                        .get(0)
                        .get("figures")
                        .get("rows_read")
                        .asInt())
                .isEqualTo(301);
        assertThat(table(ExampleTables.EXAMPLES).count()).isEqualTo(298);
        assertThat(table(ExampleTables.REJECTS).isEmpty()).isTrue();
    }

    /** Ensures that forget finds the ids of examples in new tables, too. */
    @Test
    void everyColumnThatHoldsIdsOfExamplesIsOneThatForgetFinds() {
        List<String> holding = new ArrayList<>();
        for (TableDefinition definition : Tables.ALL) {
            for (StructField field : definition.schema().fields()) {
                collect(definition.name() + "." + field.name(), field, holding);
            }
        }
        assertThat(holding)
                .contains("examples.example_id", "splits.example_id", "predictions.example_id")
                .allMatch(path -> path.matches("\\w+\\.(\\w+_)?example_id"));
    }

    private static void collect(String path, StructField field, List<String> holding) {
        if (field.name().matches(".*example_?ids?.*|.*examples.*id.*")) {
            holding.add(path);
        }
        DataType type = field.dataType() instanceof ArrayType array ? array.elementType() : field.dataType();
        if (type instanceof StructType struct) {
            for (StructField inner : struct.fields()) {
                collect(path + "." + inner.name(), inner, holding);
            }
        }
    }

    @Test
    void filesGoThatNoPinnedVersionNeedsAndThoseOfForgottenRows() {
        // tables like the others, of which each takes a second
        TinyPipeline.list(store).stream()
                .filter(
                        table -> table.getFileName()
                                .toString()
                                .matches(
                                        "evaluation_.*|thresholds|calibrations|conformal|class_splits|rejects|run_phases|source_.*"))
                .forEach(TinyPipeline::delete);
        String key = table(ExampleTables.EXAMPLES)
                .orderBy("example_id")
                .select("text")
                .first()
                .getString(0);
        Map<String, List<String>> pinned = pinnedRows();
        String scored = run("score", "softmax");

        Cli planned = Cli.done(pipeline.command(store, "maintain", "--dry-run", "--retention", "0"));
        Cli done = Cli.done(pipeline.command(store, "maintain", "--retention", "0", "--json"));

        assertThat(planned.out()).contains("runs: ", " can go");
        var figures = done.json().get("runs").get(0).get("figures");
        assertThat(figures.get("files_after").asInt())
                .isLessThan(figures.get("files_before").asInt());
        assertThat(pinnedRows()).isEqualTo(pinned);
        assertThat(replay(scored).exitCode()).isZero();

        Cli.done(pipeline.command(store, "forget", "--key", "text=" + key));
        assertThat(textsInFiles(key)).isTrue();
        Cli.done(pipeline.command(store, "maintain", "--retention", "0"));

        assertThat(textsInFiles(key)).isFalse();
        assertThat(replay(scored)).satisfies(cli -> {
            assertThat(cli.exitCode()).isEqualTo(3);
            assertThat(cli.err()).contains("is gone");
        });
    }

    /** Rows of each table version that a run names, except of {@code runs}. */
    private Map<String, List<String>> pinnedRows() {
        Map<String, List<String>> rows = new TreeMap<>();
        for (Row pin : table(RunTables.RUNS)
                .filter("job NOT IN ('maintain', 'forget')")
                .selectExpr("explode(concat(transform(inputs, i -> struct(i.name, i.version)),"
                        + " transform(outputs, o -> struct(o.name, o.version)))) AS at")
                .selectExpr("at.name", "at.version")
                .distinct()
                .filter("version IS NOT NULL AND name IN ('examples', 'splits', 'predictions', 'models', 'classes')")
                .collectAsList()) {
            rows.put(
                    pin.getString(0) + "@" + pin.getLong(1),
                    TinyPipeline.rowsAt(pin.getLong(1), store, pin.getString(0)));
        }
        return rows;
    }

    /** Whether any file of {@code examples}, of any version, contains the text. */
    private boolean textsInFiles(String text) {
        String[] files = TinyPipeline.list(store.resolve("examples")).stream()
                .map(Path::toString)
                .filter(file -> file.endsWith(".parquet"))
                .toArray(String[]::new);
        return !spark.read().parquet(files).filter(col("text").equalTo(text)).isEmpty();
    }
}
