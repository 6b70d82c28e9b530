package io.pigeonhole.jobs;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.configuration.Configurations;
import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.store.Lease;
import io.pigeonhole.jobs.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands from several processes on one store at the same time. */
class ConcurrentRunsTest extends DeltaTest {

    @TempDir
    private Path folder = Path.of("none");

    /**
     * Without the lease, both commit the same version of a table on a local file system, and one of the two is lost.
     */
    @Test
    void twoPipelinesAndTheSameTwiceAtOnceLeaveWhatTheyWouldHaveOneAfterTheOther() throws Exception {
        Path store = folder.resolve("store");
        TinyPipeline pipeline = TinyPipeline.create(folder.resolve("one"));
        TinyPipeline other = TinyPipeline.create(folder.resolve("other"));
        other.input(TinyPipeline.rows(1), 1);

        Process first = Cli.start(folder.resolve("first.log"), pipeline.command(store, "extract", "--json"));
        Process second = Cli.start(folder.resolve("second.log"), other.command(store, "extract", "--json"));
        Cli third = Cli.done(pipeline.command(store, "extract", "--json"));

        assertThat(first.waitFor())
                .as(Files.readString(folder.resolve("first.log")))
                .isZero();
        assertThat(second.waitFor())
                .as(Files.readString(folder.resolve("second.log")))
                .isZero();
        assertThat(third.json().get("status").asText()).isIn("done", "skipped");
        assertThat(TinyPipeline.table(spark, store, ExampleTables.EXAMPLES).count())
                .isEqualTo(600);
        assertThat(TinyPipeline.table(spark, store, ExampleTables.EXAMPLES)
                        .select("example_id")
                        .distinct()
                        .count())
                .isEqualTo(600);
        assertThat(TinyPipeline.table(spark, store, ExampleTables.REJECTS)
                        .select("run_id")
                        .distinct()
                        .count())
                .isEqualTo(2);
        assertThat(TinyPipeline.table(spark, store, ExampleTables.REJECTS).count())
                .isEqualTo(2);
        assertThat(TinyPipeline.table(spark, store, ExampleTables.CLASSES)
                        .orderBy("class_id")
                        .selectExpr("class_id", "label")
                        .collectAsList())
                .containsExactly(
                        RowFactory.create(0, "cat"),
                        RowFactory.create(1, "dog"),
                        RowFactory.create(2, "fern"),
                        RowFactory.create(3, "moss"));
        assertThat(TinyPipeline.table(spark, store, RunTables.RUNS)
                        .groupBy("status")
                        .count()
                        .collectAsList())
                .containsExactly(RowFactory.create("done", 2L));
    }

    @Test
    void whoWillNotWaitIsToldWhoIsThere() {
        Path path = folder.resolve("store");
        TinyPipeline pipeline = TinyPipeline.create(folder.resolve("one"));
        PipelineConfig config = Configurations.read(pipeline.configuration().toString(), List.of("store.root=" + path));
        String[] impatient = pipeline.command(path, "extract", "--json", "--set", "store.wait_seconds=0");

        try (Lease held = new Store(spark, config.store()).take("train", "tiny", waiting -> {})) {
            assertThat(held.predecessor()).isEmpty();
            Cli refused = Cli.run(impatient);
            assertThat(refused.exitCode()).isEqualTo(5);
            assertThat(refused.err())
                    .contains(
                            "in use by 'train' of pipeline 'tiny'",
                            "process " + ProcessHandle.current().pid());
            assertThat(refused.json().get("exit_code").asInt()).isEqualTo(5);
            // a reader is not blocked
            Cli.done(pipeline.command(path, "models"));
        }

        Cli.done(impatient);
    }

    @Test
    void theRunOfAProcessThatDiedIsClosedByTheNextCommand() {
        Path store = folder.resolve("store");
        TinyPipeline pipeline = TinyPipeline.undisturbed();
        TinyPipeline.copy(pipeline.store(), store);
        String died = TinyPipeline.table(spark, store, RunTables.RUNS)
                .filter("job = 'evaluate' AND subject = 'softmax'")
                .select("run_id")
                .first()
                .getString(0);
        spark.sql("UPDATE delta.`" + store.resolve("runs") + "` SET status = 'running', ended_at = NULL, seconds = NULL"
                + " WHERE run_id = '" + died + "'");

        Cli.done(pipeline.command(store, "stratify"));

        assertThat(TinyPipeline.table(spark, store, RunTables.RUNS)
                        .filter(col("run_id").equalTo(died))
                        .filter("status = 'failed' AND error LIKE 'died: %' AND ended_at >= started_at AND seconds >="
                                + " 0")
                        .count())
                .isEqualTo(1);
        assertThat(Cli.done(pipeline.command(store, "evaluate", "--model", "softmax", "--json"))
                        .json()
                        .get("run_id")
                        .asText())
                .isEqualTo(died);
        assertThat(TinyPipeline.table(spark, store, RunTables.RUNS)
                        .filter("status <> 'done'")
                        .count())
                .isZero();
    }
}
