package io.pigeonhole.jobs;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.internal.SnapshotImpl;
import io.pigeonhole.jobs.configuration.Configurations;
import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.models.StageChange;
import io.pigeonhole.jobs.models.Stages;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Progress;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.RunLog;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.Store;
import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.transforms.PipelineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

/** A challenger is compared with the champion, judged by gates, promoted and rolled back. */
class PromotionTest extends CopiedStoreTest {

    private static final String GATES =
            "gates.statements=[\"macro_f1 >= 0.2\", \"for each critical class: recall >= 0.01 by point\","
                    + " \"accuracy not lower than champion - 0.6\"]";

    private static final String ONE_SLICE = "evaluate.slices=[{ kind = column, column = source }]";

    private static final List<String[]> CHALLENGE = List.of(
            new String[] {"compare", "--model", "softmax", "--base-model", "one_vs_rest"},
            new String[] {"gate", "--model", "softmax"},
            new String[] {"promote", "--model", "softmax", "--by", "ann", "--reason", "it's better; isn't it?"});

    /** Later options of a command override earlier ones. */
    private Cli run(Path where, String... command) {
        String[] more = Stream.concat(
                        Stream.of("--json", "--set", GATES, "--set", "labels.critical=[fern]", "--set", ONE_SLICE),
                        Stream.of(command).skip(1))
                .toArray(String[]::new);
        return Cli.run(pipeline.command(where, command[0], more));
    }

    private void done(Path where, String... command) {
        assertThat(run(where, command))
                .satisfies(cli ->
                        assertThat(cli.exitCode()).as(cli.out() + cli.err()).isZero());
    }

    private void crownOneVsRest() {
        done(store, "gate", "--model", "one_vs_rest");
        done(store, "promote", "--model", "one_vs_rest", "--by", "ann", "--reason", "the first");
    }

    /** The contents of the tables, without times. */
    private static List<List<String>> state(Path store) {
        List<List<String>> state = new ArrayList<>();
        for (TableDefinition table : List.of(JudgementTables.COMPARISONS, JudgementTables.GATES)) {
            state.add(TinyPipeline.table(spark, store, table).toJSON().collectAsList().stream()
                    .sorted()
                    .toList());
        }
        state.add(TinyPipeline.table(spark, store, ModelTables.MODELS)
                .withColumn(
                        "stage_changes",
                        expr("transform(stage_changes, c -> struct(c.number, c.change, c.stage, c.changed_by, c.reason,"
                                + " c.run_id))"))
                .toJSON()
                .collectAsList()
                .stream()
                .sorted()
                .toList());
        state.add(TinyPipeline.table(spark, store, RunTables.RUNS)
                .select("run_id", "status", "figures", "upstream")
                .toJSON()
                .collectAsList()
                .stream()
                .sorted()
                .toList());
        return state;
    }

    @Test
    void aChallengerThatPassesItsGatesTakesThePlaceOfTheChampion() {
        crownOneVsRest();
        CHALLENGE.forEach(command -> done(store, command));

        assertThat(TinyPipeline.table(spark, store, ModelTables.MODELS)
                        .filter("stage != 'candidate'")
                        .select("model", "stage")
                        .orderBy("model")
                        .collectAsList())
                .containsExactly(RowFactory.create("one_vs_rest", "retired"), RowFactory.create("softmax", "champion"));
        theTablesKeepTheirPromises();
        theChampionIsTakenBack();
    }

    private void theTablesKeepTheirPromises() {
        for (TableDefinition table : List.of(JudgementTables.COMPARISONS, JudgementTables.GATES)) {
            SnapshotImpl stored = TinyPipeline.snapshot(store, table);
            assertThat(stored.getProtocol().getMinReaderVersion()).isEqualTo(1);
            assertThat(stored.getMetadata().getDescription()).contains(table.comment());
            assertThat(stored.getMetadata().getConfiguration().keySet().toString())
                    .contains(table.constraints().keySet());
        }
        assertThat(TinyPipeline.table(spark, store, JudgementTables.GATES)
                        .filter("model = 'softmax'")
                        .select("verdict")
                        .distinct()
                        .collectAsList())
                .containsExactly(RowFactory.create("pass"));
        assertThat(TinyPipeline.table(spark, store, JudgementTables.COMPARISONS)
                        .filter("base_model = 'one_vs_rest' AND metric = 'recall'")
                        .groupBy("slice", "level")
                        .count()
                        .orderBy("slice", "level")
                        .collectAsList())
                .containsExactly(
                        RowFactory.create("all", "1", 2L),
                        RowFactory.create("all", "leaf", 4L),
                        RowFactory.create("source=csv", "1", 2L),
                        RowFactory.create("source=csv", "leaf", 4L));
    }

    private void theChampionIsTakenBack() {
        String[] back = {"rollback", "--model", "softmax", "--model-version", "1", "--by", "bob", "--reason", "slow"};
        done(store, back);
        List<List<String>> once = state(store);
        assertThat(run(store, back).json().get("status").asText()).isEqualTo("skipped");
        assertThat(state(store)).isEqualTo(once);

        assertThat(run(store, "models", "--history").json().get("changes"))
                .extracting(change ->
                        change.get("number").asText() + change.get("change").asText() + " "
                                + change.get("model").asText() + " "
                                + change.get("stage").asText() + " by "
                                + change.get("changed_by").asText() + ": "
                                + change.get("reason").asText())
                .containsExactly(
                        "1promote one_vs_rest champion by ann: the first",
                        "2promote softmax champion by ann: it's better; isn't it?",
                        "2promote one_vs_rest retired by ann: it's better; isn't it?",
                        "3rollback one_vs_rest champion by bob: slow",
                        "3rollback softmax retired by bob: slow");
        Cli first = run(store, "rollback", "--model", "one_vs_rest", "--model-version", "1", "--reason", "again");
        assertThat(first.exitCode()).isEqualTo(3);
        assertThat(first.err()).contains("none to go back to");
        Cli retired = run(store, "promote", "--model", "softmax", "--reason", "again");
        assertThat(retired.exitCode()).isEqualTo(3);
        assertThat(retired.err()).contains("is retired, and only a candidate is promoted");
    }

    @Test
    void onlyWhatPassedItsGatesIsPromoted() throws IOException {
        String[] promote = {"promote", "--model", "softmax", "--reason", "try"};
        assertRefused(run(store, promote), 4, "was not judged by gates");

        String impossible = "gates.statements=[\"log_loss <= 0.0001\", \"accuracy >= 0.01\"]";
        Cli failed = Cli.run(pipeline.command(store, "gate", "--model", "softmax", "--json", "--set", impossible));
        assertRefused(failed, 4, "did not pass its gates: 1 failed");
        assertThat(failed.out()).contains("log_loss <= 0.0001");
        assertThat(failed.json().get("runs").get(0).get("figures").get("pass").asInt())
                .isEqualTo(1);
        assertRefused(
                Cli.run(pipeline.command(store, "promote", "--model", "softmax", "--reason", "x", "--set", impossible)),
                4,
                "1 of its 2 gates did not pass: log_loss <= 0.0001: fail");
        assertRefused(run(store, promote), 4, "by another configuration");

        done(store, "gate", "--model", "softmax");
        Path file;
        try (Stream<Path> files = Files.walk(store.resolve("artifacts/softmax"))) {
            file = files.filter(path -> path.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] intact = Files.readAllBytes(file);
        Files.write(file, new byte[] {1, 2, 3});
        assertRefused(run(store, promote), 3, "are not those that were saved");
        Files.write(file, intact);
        assertThat(TinyPipeline.table(spark, store, ModelTables.MODELS)
                        .filter("stage != 'candidate'")
                        .isEmpty())
                .isTrue();

        done(store, promote);
        assertThat(run(store, promote).json().get("status").asText()).isEqualTo("skipped");
        assertThat(run(store, "models").json().get("models").toString()).contains("\"stage\":\"champion\"");
    }

    private static void assertRefused(Cli cli, int exitCode, String message) {
        assertThat(cli.exitCode()).as(cli.out() + cli.err()).isEqualTo(exitCode);
        assertThat(cli.err()).contains(message);
    }

    @Test
    void whatCannotBeAskedForIsSaid() {
        assertRefused(run(store, "compare", "--model", "softmax"), 3, "There is no champion to compare with yet");
        assertRefused(
                run(store, "compare", "--model", "softmax", "--base-model", "softmax"), 2, "compared with itself");
        assertRefused(run(store, "compare", "--model", "softmax", "--base-version", "1"), 2, "--base-version needs");
        assertRefused(Cli.run(pipeline.command(store, "gate", "--model", "softmax")), 2, "gates.statements is empty");
        assertRefused(
                Cli.run(pipeline.command(
                        store,
                        "gate",
                        "--model",
                        "softmax",
                        "--set",
                        "gates.statements=[\"recall(class='ct') >= 0.1\"]")),
                2,
                "does not have: ct");
        assertRefused(
                run(store, "gate", "--model", "softmax", "--set", "gates.split=new"), 3, "There are no predictions");
        assertRefused(
                run(store, "gate", "--model", "softmax", "--set", "labels.critical=[fern, cta]"),
                2,
                "does not have: cta");
    }

    @Test
    void ofTwoWhoChangeTheChampionAtOnceOneIsTold() {
        PipelineConfig config =
                Configurations.read(pipeline.configuration().toString(), List.of("store.root=" + store));
        Store tables = new Store(spark, config.store());
        Session session = new Session(() -> spark, tables, config, new RunLog(tables), Progress.SILENT);
        TrainedModel softmax = ModelRegistry.find(session, "softmax", Optional.empty());
        TrainedModel other = ModelRegistry.find(session, "one_vs_rest", Optional.empty());
        Stages.Occasion occasion = new Stages.Occasion(StageChange.PROMOTE, "ann", "why not");
        Identity identity = new Identity(Settings.none(), List.of(), List.of());
        Stages seenByBoth = Stages.of(session);

        seenByBoth.crown(session, new Run("first", identity), softmax, occasion);
        assertThatThrownBy(() -> seenByBoth.crown(session, new Run("second", identity), other, occasion))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("another process changed the champion at the same time");

        assertThat(Stages.of(session).champion()).contains(softmax);
        assertThat(Stages.of(session).changes()).isEqualTo(1);
    }
}
