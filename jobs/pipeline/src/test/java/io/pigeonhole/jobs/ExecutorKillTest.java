package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.commands.Tables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole runs on a cluster of two executors, in separate processes that are killed at random times: the tables are those
 * of an undisturbed run. {@code -Dexecutor.runs=} sets the number of runs and {@code -Dseed=} the seed.
 */
@EnabledIfSystemProperty(
        named = "schedules",
        matches = "\\d{3,}",
        disabledReason = "takes minutes: a part of the benchmark, with 100 schedules or more")
class ExecutorKillTest extends DeltaTest {

    private static final int RUNS = Integer.getInteger("executor.runs", 2);
    private static final long SEED = Long.getLong("seed", 1);
    private static final String MODEL = "hierarchical";

    /** Longest time between two kills; an executor takes seconds to start, and many seconds on a busy machine. */
    private static final int MOST_MILLIS = 60_000;

    private static final long PATIENCE_MINUTES = 20;

    private final TinyPipeline pipeline = TinyPipeline.undisturbed();

    @TempDir
    private Path folder = Path.of("none");

    @Test
    void executorsThatAreKilledAtRandomTimesChangeNothing() throws Exception {
        for (int i = 0; i < RUNS; i++) {
            Path store = folder.resolve("store-" + i);
            int kills = runAndKill(store, new Random(SEED + i));
            System.out.printf("run %d of seed %d: %d executors killed%n", i, SEED, kills);

            assertThat(kills).isPositive();
            for (TableDefinition table : Tables.OF_A_RUN) {
                // these two hold durations
                if (!List.of(RunTables.RUNS, RunTables.RUN_PHASES).contains(table)) {
                    assertThat(TinyPipeline.rowsOf(MODEL, store, table))
                            .as(table.name())
                            .isEqualTo(TinyPipeline.rowsOf(MODEL, pipeline.store(), table));
                }
            }
        }
    }

    /** The number of executors killed in a run that succeeded nevertheless. */
    private int runAndKill(Path store, Random random) throws Exception {
        Path output = folder.resolve("output.log");
        Process run = Cli.start(output, distribution(), pipeline.command(store, "run", settings()));
        int kills = 0;
        try {
            while (!run.waitFor(random.nextInt(MOST_MILLIS), TimeUnit.MILLISECONDS)) {
                List<ProcessHandle> executors = run.descendants()
                        // by program, since a command line as long as a class path is not available
                        .filter(child -> child.info().command().orElse("").endsWith("/java"))
                        .toList();
                // one executor must stay, or the run would do nothing but start executors
                if (executors.size() > 1
                        && executors.get(random.nextInt(executors.size())).destroyForcibly()) {
                    kills++;
                }
                assertThat(run.info().totalCpuDuration().orElseThrow().toMinutes())
                        .isLessThan(PATIENCE_MINUTES);
            }
        } finally {
            run.descendants().forEach(ProcessHandle::destroyForcibly);
            run.destroyForcibly().waitFor();
        }
        assertThat(run.exitValue()).as(Files.readString(output)).isZero();
        return kills;
    }

    /** Spark starts executors from a folder with its jars; here they are all on the class path. */
    private Map<String, String> distribution() throws IOException {
        Path home = folder.resolve("spark");
        Files.createDirectories(home.resolve("jars"));
        return Map.of("SPARK_HOME", home.toString(), "SPARK_SCALA_VERSION", "2.13", "SPARK_LOCAL_IP", "127.0.0.1");
    }

    private static String[] settings() {
        return List.of(
                        TinyPipeline.alone(MODEL),
                        "spark.\"spark.master\"=local-cluster[2,1,512]",
                        "spark.\"spark.executor.memory\"=512m",
                        "spark.\"spark.task.maxFailures\"=20",
                        "spark.\"spark.stage.maxConsecutiveAttempts\"=20",
                        "spark.\"spark.executor.extraJavaOptions\"=--add-modules=jdk.incubator.vector",
                        "spark.\"spark.executor.extraClassPath\"=" + System.getProperty("java.class.path"))
                .stream()
                .flatMap(setting -> List.of("--set", setting).stream())
                .toArray(String[]::new);
    }
}
