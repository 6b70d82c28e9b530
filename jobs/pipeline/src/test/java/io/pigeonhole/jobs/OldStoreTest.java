package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.delta.kernel.internal.SnapshotImpl;
import io.pigeonhole.jobs.calibrate.CalibrationTables;
import io.pigeonhole.jobs.commands.Tables;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store of version 0.1.0: it can be read, is upgraded, and works with all jobs. */
class OldStoreTest extends DeltaTest {

    private static final String RESOURCES = "/old-stores/0.1.0/";

    /** Bounds of intervals, where 0.1.0 computed them in the same manner: it did not correct errors for their bias. */
    private static final String BOUNDS = Stream.of("low", "high")
            .map(bound ->
                    "CASE WHEN metric RLIKE 'calibration_error|brier_re' THEN NULL ELSE " + bound + " END AS " + bound)
            .collect(Collectors.joining(", "));

    /** Of a store of two classes: 0.1.0 gave a top-k accuracy that is 1 because there are no more than k classes. */
    private static final Pattern CERTAIN = Pattern.compile("\"metric\":\"top_[0-9]+_accuracy\",\"value\":1.0");

    /** Tables whose rows belong to a model version, whichever run wrote them. */
    private static final Map<TableDefinition, String> ABOUT_VERSIONS = Map.of(
            PredictionTables.PREDICTIONS, "example_id, model, version, split, predicted, confidence, prediction_set",
            JudgementTables.EVALUATION_SUMMARY, "model, version, split, slice, level, metric, value, " + BOUNDS,
            JudgementTables.EVALUATION_CONFUSION,
                    "model, version, split, slice, level, true_label, predicted_label, count");

    /** Tables whose rows belong to a run and are not replaced by later runs. */
    private static final Map<TableDefinition, String> OF_RUNS = Map.of(
            ExampleTables.EXAMPLES, "example_id, label, content_hash, run_id",
            ExampleTables.SPLITS, "example_id, label, split, fold, weight, run_id",
            ExampleTables.REJECTS, "raw, run_id",
            ModelTables.MODELS, "model, version, sha256, fingerprint, artifact, run_id",
            CalibrationTables.CALIBRATIONS, "model, version, node, method, metric, before, after, picked, run_id",
            JudgementTables.COMPARISONS, "model, version, metric, label, slice, level, difference, verdict, run_id",
            JudgementTables.GATES, "model, version, statement, label, verdict, run_id",
            RunTables.RUN_PHASES, "run_id, number, phase, seconds",
            RunTables.RUNS, "run_id, code_version, status, started_at");

    @TempDir
    private Path folder = Path.of("none");

    private Path store = Path.of("none");

    @BeforeEach
    void unpack() throws IOException {
        store = folder.resolve("store");
        unpack(store);
        Path documents = folder.resolve("documents.csv");
        try (InputStream csv = resource("documents.csv");
                InputStream configuration = resource("pipeline.conf")) {
            Files.copy(csv, documents);
            TinyPipeline.write(
                    folder.resolve("pipeline.conf"),
                    new String(configuration.readAllBytes(), StandardCharsets.UTF_8)
                            .replace("\"documents.csv\"", "\"" + documents + "\""));
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(OldStoreTest.class.getResourceAsStream(RESOURCES + name));
    }

    private static void unpack(Path to) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(resource("store.tar.gz")))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = to.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(tar, target);
                }
            }
        }
    }

    private String[] command(String root, String name, String... more) {
        return Stream.concat(
                        Stream.of(
                                name,
                                folder.resolve("pipeline.conf").toString(),
                                "--set",
                                "store.root=\"" + root + "\""),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private Cli done(String name, String... more) {
        return Cli.done(command(store.toString(), name, more));
    }

    private Dataset<Row> table(TableDefinition table) {
        return TinyPipeline.table(spark, store, table);
    }

    private Map<TableDefinition, List<String>> rows(Map<TableDefinition, String> columns) {
        Map<TableDefinition, List<String>> rows =
                new TreeMap<>((one, other) -> one.name().compareTo(other.name()));
        columns.forEach((table, names) -> rows.put(
                table,
                table(table).selectExpr(names.split(", ")).toJSON().collectAsList().stream()
                        .filter(row -> !CERTAIN.matcher(row).find())
                        .toList()));
        return rows;
    }

    private void assertNothingIsLost(Map<TableDefinition, List<String>> before, Map<TableDefinition, String> columns) {
        Map<TableDefinition, List<String>> after = rows(columns);
        before.forEach((table, rows) ->
                assertThat(after.get(table)).as(table.name()).isNotEmpty().containsAll(rows));
    }

    /** Rewrites a table without the parts that an even earlier version lacks. */
    private void age(TableDefinition table, UnaryOperator<Dataset<Row>> without) {
        without.apply(table(table))
                .write()
                .format("delta")
                .mode("overwrite")
                .option("overwriteSchema", true)
                .save(store.resolve(table.name()).toString());
    }

    private void assertUpToDate() {
        for (TableDefinition table : Tables.ALL) {
            if (Files.exists(store.resolve(table.name()))) {
                SnapshotImpl stored = TinyPipeline.snapshot(store, table);
                assertThat(stored.getMetadata().getDescription()).contains(table.comment());
                assertThat(stored.getProtocol().getMinReaderVersion()).isEqualTo(1);
                assertThat(stored.getProtocol().getMinWriterVersion()).isEqualTo(3);
                Map<String, String> properties = stored.getMetadata().getConfiguration();
                Map<String, String> constraints = new TreeMap<>();
                table.constraints().forEach((name, rule) -> constraints.put("delta.constraints." + name, rule));
                assertThat(properties).containsAllEntriesOf(constraints);
                assertThat(properties.keySet().stream().filter(name -> name.startsWith("delta.constraints.")))
                        .as("constraints of " + table.name() + " that this version does not know")
                        .hasSize(constraints.size());
                StructType columns =
                        (StructType) DataType.fromJson(stored.getMetadata().getSchemaString());
                assertThat(List.of(columns.fields()))
                        .as(table.name())
                        .containsAll(List.of(table.schema().fields()));
            }
        }
    }

    @Test
    void aStoreIsReadAsItIsBeforeAnythingIsWritten() {
        age(RunTables.RUNS, runs -> runs.drop("environment", "seed"));
        age(RunTables.RUN_PHASES, phases -> phases.drop("gc_seconds"));
        Map<String, Long> before = TinyPipeline.versions(store);

        assertThat(done("show", "--model", "tree").out()).contains("Model 'tree' version 2");
        JsonNode models = done("models", "--json").json().get("models");
        assertThat(models).hasSize(4);
        assertThat(models.toString()).contains("\"stage\":\"champion\"");
        done("report", "--model", "tree", "--out", folder.resolve("report.html").toString());
        assertThat(folder.resolve("report.html")).isNotEmptyFile();
        JsonNode plan = done("run", "--dry-run", "--json").json().get("plan");

        assertThat(plan.get(0).get("job").asText()).isEqualTo("extract");
        assertThat(plan.get(0).get("changes").get(0).asText())
                .isEqualTo("version development of Pigeonhole instead of 0.1.0");
        assertThat(plan.get(1).get("changes").get(0).asText()).isEqualTo("jobs that it builds on run again");
        assertThat(done("stratify", "--dry-run").out())
                .startsWith("stratify: runs again: version development of Pigeonhole instead of 0.1.0");
        assertThat(TinyPipeline.versions(store)).isEqualTo(before);
        assertThat(store.resolve("_format")).doesNotExist();
    }

    @Test
    void anOldStoreGoesOnAndNothingOldIsLost() throws IOException {
        Map<TableDefinition, List<String>> versions = rows(ABOUT_VERSIONS);
        Map<TableDefinition, List<String>> runs = rows(OF_RUNS);
        List<String> phases = phases("code_version = '0.1.0' AND job NOT IN ('compare', 'drift', 'promote')");

        done("gate", "--model", "softmax");
        assertUpToDate();
        theUpgradeIsNotRepeated();

        done("promote", "--model", "softmax", "--by", "bob", "--reason", "another turn");
        assertThat(table(ModelTables.MODELS)
                        .filter("stage != 'candidate'")
                        .orderBy("model")
                        .selectExpr("concat_ws(' ', model, version, stage)")
                        .collectAsList())
                .extracting(row -> row.getString(0))
                .containsExactly("softmax 2 champion", "tree 2 retired");

        done("score", "--model", "tree", "--set", "score.version=2");
        done("evaluate", "--model", "tree", "--set", "score.version=2");
        assertNothingIsLost(versions, ABOUT_VERSIONS);

        done("run");
        assertNothingIsLost(versions, ABOUT_VERSIONS);
        assertNothingIsLost(runs, OF_RUNS);
        assertThat(table(ModelTables.MODELS).filter("version > 2").count()).isEqualTo(4);
        assertThat(table(JudgementTables.EVALUATION_SUMMARY)
                        .filter("model = 'tree' AND version = 4")
                        .isEmpty())
                .isFalse();
        assertThat(phases("code_version = 'development' AND job != 'promote'")).isEqualTo(phases);
        assertUpToDate();
    }

    /**
     * Phases of the latest runs of each job and subject, ordered by job; the subject of gates is left out, since it was
     * another model before.
     */
    private List<String> phases(String condition) {
        return table(RunTables.RUN_PHASES)
                .join(table(RunTables.RUNS).filter(condition).select("run_id"), "run_id")
                .selectExpr("concat_ws(' ', job, if(job = 'gate', '', subject), number, phase) AS text")
                .distinct()
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .sorted()
                .toList();
    }

    private void theUpgradeIsNotRepeated() {
        Map<String, Long> before = TinyPipeline.versions(store);
        assertThat(TinyPipeline.list(store.resolve("_format"))).hasSize(1);

        done("gate", "--model", "softmax");
        assertThat(TinyPipeline.versions(store)).isEqualTo(before);

        // simulates a process that died right before it recorded the format
        TinyPipeline.delete(store.resolve("_format"));
        done("gate", "--model", "softmax");
        assertThat(TinyPipeline.versions(store)).isEqualTo(before);
        assertThat(TinyPipeline.list(store.resolve("_format"))).hasSize(1);
    }

    @Test
    void aCrashBetweenTwoTablesIsMadeGood() {
        List<TableDefinition> aged = List.of(ExampleTables.SPLITS, RunTables.RUNS, JudgementTables.GATES);
        for (TableDefinition table : aged) {
            table.constraints()
                    .keySet()
                    .forEach(name -> spark.sql(
                            "ALTER TABLE delta.`" + store.resolve(table.name()) + "` DROP CONSTRAINT " + name));
        }
        Map<String, Long> before = TinyPipeline.versions(store);
        spark.sparkContext().hadoopConfiguration().set("fs.chaos.impl", ChaosFileSystem.class.getName());
        String root = ChaosFileSystem.SCHEME + ":" + store;

        int deaths = 0;
        for (Fault.Moment moment : Fault.Moment.values()) {
            ChaosFileSystem.live(Fault.atCommit(1, moment));
            // the output of a dead process is ignored
            Cli.run(command(root, "gate", "--model", "softmax"));
            deaths += ChaosFileSystem.isDead() ? 1 : 0;
            DeltaLog.clearCache();
            assertThat(store.resolve("_format")).doesNotExist();
        }
        ChaosFileSystem.revive();
        Cli.done(command(root, "gate", "--model", "softmax"));

        assertThat(deaths).isEqualTo(2);
        assertUpToDate();
        Map<String, Long> after = TinyPipeline.versions(store);
        // the constraints were restored in one commit, despite the deaths around it
        assertThat(after.get("splits")).isEqualTo(before.get("splits") + 1);
        assertThat(rows(Map.of(ExampleTables.SPLITS, "example_id")).get(ExampleTables.SPLITS))
                .hasSize(96);
    }

    @Test
    void whatCannotBeBroughtUpToDateIsRefusedAndStaysAsItWas() throws IOException {
        age(RunTables.RUNS, runs -> runs.withColumn("seed", runs.col("seed").cast("string")));
        Map<String, Long> before = TinyPipeline.versions(store);

        for (String name : List.of("gate", "show")) {
            Cli cli = Cli.run(command(store.toString(), name, "--model", "tree"));
            assertThat(cli.exitCode()).as(name + cli.err()).isEqualTo(name.equals("gate") ? 3 : 0);
        }
        Cli gate = Cli.run(command(store.toString(), "gate", "--model", "tree"));
        assertThat(gate.err())
                .contains(
                        "runs has the columns seed as string instead of bigint",
                        "the version of Pigeonhole that wrote");
        assertThat(TinyPipeline.versions(store)).isEqualTo(before);

        Files.createDirectories(store.resolve("_format"));
        Files.createFile(store.resolve("_format").resolve("99-later"));
        for (Cli cli : List.of(
                Cli.run(command(store.toString(), "gate", "--model", "tree")),
                Cli.run(command(store.toString(), "show")),
                Cli.run(command(store.toString(), "models")),
                Cli.run(command(store.toString(), "report")))) {
            assertThat(cli.exitCode()).as(cli.err()).isEqualTo(3);
            assertThat(cli.err()).contains("was written by a newer version of Pigeonhole: its format is 99");
        }
        assertThat(TinyPipeline.versions(store)).isEqualTo(before);
    }
}
