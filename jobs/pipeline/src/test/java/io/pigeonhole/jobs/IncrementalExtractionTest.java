package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.pigeonhole.jobs.configuration.Configurations;
import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.sources.SourceTables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Incremental sources: a run reads only the data since the last run, and the results equal those of one reading. */
class IncrementalExtractionTest extends DeltaTest {

    private static final String HEADER = "id,label,text,at\n";
    private static final String COLUMNS = "columns{id=id,label=label,event_time=at,fields{text=text}}";

    /** Of all tests: a store knows the files that it has read by their paths and times. */
    @TempDir
    private static Path shared = Path.of("none");

    /** The run that has read the first file of {@link #startWithTheFirstFile}. */
    private static JsonNode firstRun = MissingNode.getInstance();

    @TempDir
    private Path folder = Path.of("none");

    @BeforeAll
    static void readTheFirstFile() {
        spark.sparkContext().hadoopConfiguration().set("fs.chaos.impl", ChaosFileSystem.class.getName());
        TinyPipeline.write(configuration(), """
            name = grows
            spark { "spark.sql.shuffle.partitions" = 1, "spark.databricks.delta.snapshotPartitions" = 1 }
            sources = []
            extract { reject_limit = 1, reject_limit_per_class = 1 }
            features = [{ kind = text, column = text }]
            models = [{ name = softmax, trainer = softmax }]
            """);
        writeTheFirstFile();
        firstRun = run(shared.resolve("first"), csv(true));
    }

    @BeforeEach
    void removeTheInput() {
        TinyPipeline.delete(input());
    }

    /** The input is the first file, and the store has read it. */
    private void startWithTheFirstFile() {
        writeTheFirstFile();
        TinyPipeline.copy(shared.resolve("first"), store());
    }

    private static void writeTheFirstFile() {
        file("a.csv", "1,owl,hoo,01", "2,finch,tweet,02");
        assertThat(input().resolve("a.csv").toFile().setLastModified(0)).isTrue();
    }

    private static Path configuration() {
        return shared.resolve("grows.conf");
    }

    private static Path input() {
        return shared.resolve("input");
    }

    private Path store() {
        return folder.resolve("store");
    }

    /** Writes an input file: id, label, text and day of each row; the day is a day in May. */
    private static void file(String name, String... rows) {
        StringBuilder text = new StringBuilder(HEADER);
        for (String row : rows) {
            String[] values = row.split(",", -1);
            text.append(String.join(",", values[0], values[1], values[2], "2024-05-" + values[3] + "T00:00:00Z"))
                    .append('\n');
        }
        TinyPipeline.write(input().resolve(name), text.toString());
    }

    private static String csv(boolean incremental) {
        return source("format=csv,path=\"" + input() + "\",options{header=true}", incremental);
    }

    private String delta(String more) {
        return source("format=delta,path=\"" + deltaTable() + "\"" + more, true);
    }

    private static String source(String read, boolean incremental) {
        return "sources=[{kind=spark,name=lake,incremental=" + incremental + ",read{" + read + "}," + COLUMNS + "}]";
    }

    private static String[] command(String name, String store, String source, String... more) {
        return Stream.concat(
                        Stream.of(
                                name,
                                configuration().toString(),
                                "--json",
                                "--set",
                                "store.root=\"" + store + "\"",
                                "--set",
                                source),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    /** Runs extract on a store. */
    private static JsonNode run(Path store, String source, String... more) {
        Cli cli = Cli.done(command("extract", store.toString(), source, more));
        return cli.json().get("runs").get(0);
    }

    private static int figure(JsonNode run, String name) {
        return run.get("figures").get(name).asInt();
    }

    private List<String> examples(Path store) {
        return TinyPipeline.rowsInAnyRun("", store, ExampleTables.EXAMPLES);
    }

    private List<String> texts() {
        return TinyPipeline.table(spark, store(), ExampleTables.EXAMPLES)
                .selectExpr("concat_ws(' ', example_id, label, text)")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .sorted()
                .toList();
    }

    private long positions() {
        return TinyPipeline.table(spark, store(), SourceTables.SOURCE_POSITIONS).count();
    }

    @Test
    void newFilesAreReadOnceAndChangedOnesAgain() {
        startWithTheFirstFile();
        assertThat(figure(firstRun, "rows_read")).isEqualTo(2);
        assertThat(run(store(), csv(true)).get("status").asText()).isEqualTo("skipped");

        file("b.csv", "3,finch,chirp,03", "2,finch,tweet,02", ",owl,boo,04", ",owl,boo,05");
        JsonNode plan = Cli.done(command("extract", store().toString(), csv(true), "--dry-run"))
                .json()
                .get("plan")
                .get(0);
        assertThat(plan.get("reads").get(0).get("bytes").asLong())
                .isEqualTo(input().resolve("b.csv").toFile().length());
        JsonNode second = run(store(), csv(true));
        assertThat(second.get("figures").properties())
                .extracting(figure -> figure.getKey() + " " + figure.getValue().asInt())
                .contains(
                        "rows_read 4",
                        "rows_accepted 2",
                        "rows_collapsed 2",
                        "examples_added 2",
                        "examples_changed 0",
                        "lake_files 1",
                        "lake_files_present 2");

        // the file now has other texts and another length
        file("a.csv", "1,owl,hoo hoo,01", "2,finch,tweet,06");
        JsonNode third = run(store(), csv(true));
        assertThat(figure(third, "rows_read")).isEqualTo(2);
        assertThat(figure(third, "examples_changed")).isEqualTo(2);

        TinyPipeline.delete(input().resolve("a.csv"));
        JsonNode fourth = run(store(), csv(true));
        assertThat(figure(fourth, "rows_read")).isZero();
        assertThat(figure(fourth, "lake_files")).isZero();
        assertThat(texts()).hasSize(4).contains("1 owl hoo hoo", "2 finch tweet", "3 finch chirp");
        assertThat(TinyPipeline.table(spark, store(), SourceTables.SOURCE_POSITIONS)
                        .orderBy("number")
                        .selectExpr("concat_ws(' ', number, kind, regexp_extract(path, '[ab].csv', 0))")
                        .collectAsList())
                .extracting(row -> row.getString(0))
                .containsExactly("1 file a.csv", "2 file b.csv", "3 file a.csv", "4 nothing");

        for (JsonNode run : List.of(firstRun, second, fourth)) {
            Cli again = Cli.run(command(
                    "replay",
                    store().toString(),
                    csv(true),
                    "--run",
                    run.get("run_id").asText()));
            if (run.equals(firstRun)) {
                assertThat(again.exitCode()).isEqualTo(3);
                assertThat(again.err()).contains("cannot be read again as it was", "a.csv");
            } else {
                assertThat(again.exitCode()).as(again.out() + again.err()).isZero();
            }
        }
    }

    /** Writes rows of a few ids, texts and times. An id always has the same content; rows without an id repeat, too. */
    private void rowsOf(Random random, String name, int labels) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int content = random.nextInt(60);
            String id = content % 3 == 0 ? "" : "id" + content;
            String row =
                    String.format("%s,label%d,text %d,%02d", id, content % labels, content / 5, 1 + random.nextInt(28));
            rows.add(row);
            if (random.nextInt(5) == 0) {
                rows.add(row);
            }
        }
        file(name, rows.toArray(String[]::new));
    }

    @Test
    void anySequenceOfFilesGivesTheExamplesOfOneReading() {
        Random random = new Random(1);
        for (int part = 0; part < 3; part++) {
            rowsOf(random, "part-" + part + ".csv", 7);
            run(store(), csv(true));
        }
        run(folder.resolve("whole"), csv(false));

        assertThat(examples(store())).hasSizeGreaterThan(30).isEqualTo(examples(folder.resolve("whole")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop", "majority"})
    void whatConflictsWithAnEarlierExampleIsDealtWithAsIfAllWereReadAgain(String policy) {
        String conflicts = "extract.conflicts=" + policy;
        String[][] files = {
            {"1,owl,hoo,01", "2,finch,tweet,01", ",finch,chirp,01"},
            {"3,finch,hoo,02", "4,finch,tweet,02", "5,owl,chirp,02", "6,owl,chirp,02"},
            {"7,finch,hoo,03", "8,finch,hoo,03", "9,owl,tweet,03", ",finch,chirp,04"}
        };
        file("part-0.csv", files[0]);
        assertThat(figure(run(store(), csv(true), "--set", conflicts), "rows_read"))
                .isEqualTo(files[0].length);
        // nothing was read before, so that was a reading of the whole
        Path whole = folder.resolve("whole");
        TinyPipeline.copy(store(), whole);
        for (int i = 1; i < files.length; i++) {
            file("part-" + i + ".csv", files[i]);
            JsonNode increment = run(store(), csv(true), "--set", conflicts);
            // after each file, since an accepted example is never removed
            run(whole, csv(false), "--set", conflicts);
            assertThat(figure(increment, "rows_read")).isEqualTo(files[i].length);
            assertThat(examples(store())).as("after %d files", i + 1).isEqualTo(examples(whole));
        }
    }

    @Test
    void anIdThatComesAgainWithOtherContentReplacesItsExampleAndConflictsNoMoreWithIt() {
        file("a.csv", "1,owl,hoo,01", "2,finch,tweet,01");
        run(store(), csv(true), "--set", "extract.conflicts=drop");
        file("b.csv", "1,finch,hoo,02", "2,finch,chirp,02");
        JsonNode run = run(store(), csv(true), "--set", "extract.conflicts=drop");

        assertThat(figure(run, "rows_conflicting")).isZero();
        assertThat(figure(run, "examples_changed")).isEqualTo(2);
        assertThat(texts()).containsExactly("1 finch hoo", "2 finch chirp");
    }

    @Test
    void vectorsKeepTheSizeThatTheyHad() {
        String source = "sources=[{kind=spark,name=lake,incremental=true,read{format=json,path=\"" + input()
                + "\"},columns{id=id,label=label,fields{pixels=pixels}}}]";
        String features = "features=[{kind=vector,column=pixels}]";
        TinyPipeline.write(input().resolve("a.json"), "{\"id\":1,\"label\":\"a\",\"pixels\":[1,2]}\n");
        run(store(), source, "--set", features);
        TinyPipeline.write(input().resolve("b.json"), """
            {"id":2,"label":"a","pixels":[1,2,3]}
            {"id":3,"label":"a","pixels":[1,2,3]}
            {"id":4,"label":"a","pixels":[2,3]}
            """);
        JsonNode run = run(store(), source, "--set", features);

        assertThat(figure(run, "rows_accepted")).isEqualTo(1);
        assertThat(figure(run, "rejected_wrong_vector_size")).isEqualTo(2);
    }

    private Path deltaTable() {
        return folder.resolve("table");
    }

    private void append(String... rows) {
        spark.createDataFrame(
                        Stream.of(rows)
                                .map(row -> row.split(",", -1))
                                .map(row -> RowFactory.create(row[0], row[1], row[2], "2024-05-01"))
                                .toList(),
                        StructType.fromDDL("id STRING, label STRING, text STRING, at STRING"))
                .coalesce(1)
                .write()
                .format("delta")
                .mode("append")
                .save(deltaTable().toString());
    }

    private void sql(String statement) {
        spark.sql(String.format(statement, "delta.`" + deltaTable() + "`"));
    }

    @Test
    void ofADeltaTableTheFilesThatWereAddedAreRead() {
        append("1,owl,hoo", "2,finch,tweet");
        run(store(), delta(""));
        append("3,finch,chirp");
        sql("OPTIMIZE %s");
        append("4,owl,boo", "5,owl,booo");
        sql("OPTIMIZE %s");
        JsonNode plan = Cli.done(command("extract", store().toString(), delta(""), "--dry-run"))
                .json()
                .get("plan")
                .get(0);
        assertThat(plan.get("reads").get(0).get("rows").asLong()).isEqualTo(3);
        JsonNode pinned = run(store(), delta(",version=2"));
        assertThat(figure(pinned, "rows_read")).isEqualTo(1);
        assertThat(figure(run(store(), delta("")), "rows_read")).isEqualTo(2);
        assertThat(figure(run(store(), delta(",version=1")), "rows_read")).isZero();
        sql("OPTIMIZE %s");
        // neither the earlier version nor the new file has rows that were not read
        assertThat(figure(run(store(), delta("")), "rows_read")).isZero();
        assertThat(texts()).hasSize(5);
        assertThat(Cli.run(command(
                                "replay",
                                store().toString(),
                                delta(",version=2"),
                                "--run",
                                pinned.get("run_id").asText()))
                        .exitCode())
                .isZero();

        sql("UPDATE %s SET text = 'hoo hoo' WHERE id = '1'");
        assertThat(figure(run(store(), delta("")), "rows_read")).isEqualTo(5);
        assertThat(texts()).hasSize(5).contains("1 owl hoo hoo");
        TinyPipeline.delete(deltaTable());
        DeltaLog.clearCache();
        append("6,owl,anew");
        append("7,owl,anew too");
        assertThat(figure(run(store(), delta("")), "rows_read")).isEqualTo(2);
        assertThat(texts()).hasSize(7);
    }

    @Test
    void whereADeltaTableTellsOfItsChangesTheseAreRead() {
        append("1,owl,hoo", "2,finch,tweet", "3,finch,chirp", "4,owl,boo");
        sql("ALTER TABLE %s SET TBLPROPERTIES (delta.enableChangeDataFeed = true)");
        run(store(), delta(""));
        sql("UPDATE %s SET text = 'hoo hoo' WHERE id = '1'");
        append("5,owl,booo", "6,owl,gone at once");
        sql("UPDATE %s SET text = 'hoo hoo hoo' WHERE id = '1'");
        sql("DELETE FROM %s WHERE id IN ('6', '4')");
        JsonNode run = run(store(), delta(""));

        assertThat(figure(run, "rows_read")).isEqualTo(2);
        assertThat(figure(run, "examples_added")).isEqualTo(1);
        assertThat(figure(run, "examples_changed")).isEqualTo(1);
        assertThat(texts())
                .containsExactly("1 owl hoo hoo hoo", "2 finch tweet", "3 finch chirp", "4 owl boo", "5 owl booo");
    }

    @Test
    void whatVersion01HasReadStillCounts() {
        startWithTheFirstFile();
        PipelineConfig config = Configurations.read(configuration().toString(), List.of(csv(true)));
        // that version hashed the texts of the records
        String text = String.join(
                "\n",
                config.sources().get(0).toString(),
                config.labels().toString(),
                config.extract().toString(),
                "[FeatureColumn[name=text, type=TEXT]]",
                "[]");
        spark.sql("UPDATE delta.`" + store().resolve("source_positions") + "` SET configuration_hash = sha2('"
                + text.replace("'", "\\'") + "', 256)");
        file("b.csv", "3,finch,chirp,03");
        assertThat(figure(run(store(), csv(true)), "rows_read")).isEqualTo(1);
        assertThat(texts()).hasSize(3);
    }

    @Test
    void anotherConfigurationReadsAllAgainAndSoDoesTheFormerOneWhenItComesBack() {
        startWithTheFirstFile();
        file("b.csv", "3,finch,chirp,02");
        String aliases = "labels.aliases={ owl = bird, finch = bird }";
        assertThat(figure(run(store(), csv(true), "--set", aliases), "rows_read"))
                .isEqualTo(3);
        assertThat(texts()).containsExactly("1 bird hoo", "2 bird tweet", "3 bird chirp");
        assertThat(positions()).as("those of the former configuration are gone").isEqualTo(2);
        assertThat(figure(run(store(), csv(true)), "rows_read")).isEqualTo(3);
        assertThat(texts()).containsExactly("1 owl hoo", "2 finch tweet", "3 finch chirp");
        run(store(), csv(false), "--set", aliases);
        assertThat(figure(run(store(), csv(true)), "rows_read")).isEqualTo(3);
    }

    @Test
    void whoWasForgottenStaysOutAndNothingNewIsNoError() {
        startWithTheFirstFile();
        Cli.done(command("forget", store().toString(), csv(true), "--example", "1"));
        JsonNode nothing = run(store(), csv(true));
        assertThat(figure(nothing, "rows_read")).isZero();
        file("b.csv", "1,owl,hoo,01", "3,finch,chirp,02");
        JsonNode run = run(store(), csv(true));

        assertThat(figure(run, "rejected_forgotten")).isEqualTo(1);
        assertThat(texts()).containsExactly("2 finch tweet", "3 finch chirp");
    }

    @Test
    void whatCannotTellWhatIsNewIsRefused() {
        file("a.csv", "1,owl,hoo,01");
        assertThat(Cli.run(command(
                        "extract",
                        store().toString(),
                        csv(true).replace("read{", "read{query=\"SELECT * FROM input\","))))
                .satisfies(cli -> {
                    assertThat(cli.exitCode()).isEqualTo(2);
                    assertThat(cli.err()).contains("source 'lake' is incremental and has a query", "Remove the query");
                });
        spark.read().option("header", true).csv(input().toString()).createOrReplaceTempView("birds");
        try {
            assertThat(Cli.run(command("extract", store().toString(), source("table=birds", true))))
                    .satisfies(cli -> {
                        assertThat(cli.exitCode()).isEqualTo(2);
                        assertThat(cli.err()).contains("is incremental, but does not tell what of it is new");
                    });
        } finally {
            spark.catalog().dropTempView("birds");
        }
    }

    /**
     * The run dies between the examples and the positions, or after these; the retry leaves the same tables as an
     * undisturbed run.
     */
    @Test
    void aRunThatDiesAtItsWritesReadsTheSameAgain() {
        Path before = folder.resolve("before");
        file("a.csv", "1,owl,hoo,01", "2,finch,tweet,02", "3,owl,boo,03");
        run(before, csv(true));
        file(
                "b.csv",
                "1,owl,hoo hoo,04",
                "4,finch,tweet,01",
                "2,finch,tweet,01",
                ",owl,boo,05",
                ",owl,lost,05",
                "9,,,06");
        Path undisturbed = folder.resolve("undisturbed");
        TinyPipeline.copy(before, undisturbed);
        ChaosFileSystem.revive();
        Cli.done(command("extract", chaos(undisturbed), csv(true)));
        int commits = ChaosFileSystem.commits();
        // the last three commits are those of the positions, the phases, and the end of the run
        for (int commit = commits - 3; commit < commits - 1; commit++) {
            Path store = folder.resolve("dies-" + commit);
            TinyPipeline.copy(before, store);
            ChaosFileSystem.live(Fault.atCommit(commit, Fault.Moment.BEFORE));
            Cli.run(command("extract", chaos(store), csv(true)));
            assertThat(ChaosFileSystem.isDead()).isTrue();
            spark.sparkContext().cancelAllJobs();
            DeltaLog.clearCache();
            ChaosFileSystem.revive();
            Cli retry = Cli.done(command("extract", chaos(store), csv(true)));
            assertThat(figure(retry.json().get("runs").get(0), "rows_read")).isEqualTo(6);
            for (var table : List.of(
                    ExampleTables.EXAMPLES,
                    ExampleTables.REJECTS,
                    ExampleTables.CLASSES,
                    SourceTables.SOURCE_POSITIONS)) {
                assertThat(TinyPipeline.rowsOf("", store, table))
                        .as("%s after a death before commit %d of %d", table.name(), commit, commits)
                        .isEqualTo(TinyPipeline.rowsOf("", undisturbed, table));
            }
        }
    }

    private static String chaos(Path store) {
        return ChaosFileSystem.SCHEME + ":" + store;
    }
}
