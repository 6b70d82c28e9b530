package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.commands.Tables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that is killed from outside in its last job and started again ends like an undisturbed run. {@link ChaosTest}
 * lets all jobs die at any write, within one process; {@link DeterminismTest} runs all jobs in another process.
 */
class KillTest extends DeltaTest {

    private static final long PATIENCE_SECONDS = 300;
    /** The model that all jobs process. */
    private static final String MODEL = "hierarchical";

    private final TinyPipeline pipeline = TinyPipeline.undisturbed();

    @TempDir
    private Path folder = Path.of("none");

    @Test
    void runThatIsKilledEndsAsIfNothingHadHappened() throws Exception {
        Path store = folder.resolve("killed");
        TinyPipeline.copy(pipeline.store(), store);
        removeEvaluations(store);
        killAsSoonAs(store, JudgementTables.EVALUATION_SUMMARY);
        assertThat(statusOfLatestRun(store)).isEqualTo("evaluate running");

        Cli.done(pipeline.command(store, "run", "--set", TinyPipeline.alone(MODEL)));

        for (TableDefinition table : Tables.OF_A_RUN) {
            if (!List.of(RunTables.RUNS, RunTables.RUN_PHASES).contains(table)) {
                assertThat(TinyPipeline.rowsOf(MODEL, store, table))
                        .as(table.name())
                        .isEqualTo(TinyPipeline.rowsOf(MODEL, pipeline.store(), table));
            }
        }
        assertThat(TinyPipeline.table(spark, store, RunTables.RUNS)
                        .select("run_id", "status", "upstream")
                        .collectAsList())
                .containsExactlyInAnyOrderElementsOf(TinyPipeline.table(spark, pipeline.store(), RunTables.RUNS)
                        .filter("job != 'evaluate' OR subject = '" + MODEL + "'")
                        .select("run_id", "status", "upstream")
                        .collectAsList());
    }

    private static void removeEvaluations(Path store) {
        TinyPipeline.list(store).stream()
                .filter(table -> table.getFileName().toString().matches("evaluation_.*|thresholds"))
                .forEach(TinyPipeline::delete);
        spark.sql("DELETE FROM delta.`" + store.resolve("runs") + "` WHERE job = 'evaluate'");
    }

    private static String statusOfLatestRun(Path store) {
        return TinyPipeline.table(spark, store, RunTables.RUNS)
                .orderBy(functions.col("started_at").desc())
                .selectExpr("concat(job, ' ', status)")
                .first()
                .getString(0);
    }

    /** Starts the whole run in a new process and kills it at the first commit of the table. */
    private void killAsSoonAs(Path store, TableDefinition table) throws Exception {
        Path log = store.resolve(table.name()).resolve("_delta_log");
        Path output = folder.resolve(table.name() + ".log");
        Process process = Cli.start(output, pipeline.command(store, "run", "--set", TinyPipeline.alone(MODEL)));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try {
            while (TinyPipeline.list(log).isEmpty()) {
                assertThat(process.isAlive() && System.nanoTime() < deadline)
                        .as(() -> "the run has not come to " + table.name() + ":\n" + read(output))
                        .isTrue();
                Thread.sleep(5);
            }
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
