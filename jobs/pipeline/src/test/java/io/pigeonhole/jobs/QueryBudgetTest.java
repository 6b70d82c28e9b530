package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.runs.JobNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How many SQL executions and Spark jobs each job starts over a small table: one more is a decision. The committed list has a
 * line for each command: its name, SQL executions, Spark jobs.
 */
class QueryBudgetTest extends DeltaTest {

    private static final Path BUDGET = Path.of("src/test/resources/query-budget.txt");

    private static final String GATES = "gates.statements=[\"macro_f1 >= 0.2\"]";

    /** The one that is calibrated, so that it has two versions. */
    private static final String MODEL = "hierarchical";

    private final Counter counter = new Counter();
    private final Map<String, String> counted = new LinkedHashMap<>();

    @TempDir
    private Path folder = Path.of("none");

    private static final class Counter extends SparkListener {

        private final AtomicInteger queries = new AtomicInteger();
        private final AtomicInteger jobs = new AtomicInteger();

        @Override
        public void onOtherEvent(SparkListenerEvent event) {
            if (event instanceof SparkListenerSQLExecutionStart) {
                queries.incrementAndGet();
            }
        }

        @Override
        public void onJobStart(SparkListenerJobStart start) {
            jobs.incrementAndGet();
        }

        /** What was counted since the last call. */
        private String taken() {
            try {
                spark.sparkContext().listenerBus().waitUntilEmpty(60_000);
            } catch (TimeoutException e) {
                throw new AssertionError("Spark does not deliver its events", e);
            }
            return queries.getAndSet(0) + " " + jobs.getAndSet(0);
        }
    }

    @BeforeEach
    void listen() {
        spark.sparkContext().addSparkListener(counter);
    }

    @AfterEach
    void listenNoMore() {
        spark.sparkContext().removeSparkListener(counter);
    }

    @Test
    void everyJobKeepsToItsBudget() throws IOException {
        TinyPipeline pipeline = TinyPipeline.create(folder.resolve("tiny"));
        // the settings for little work are part of what is counted
        Files.writeString(
                pipeline.configuration(),
                Files.readString(pipeline.configuration())
                        .replace("\"spark.sql.adaptive.enabled\" = false", "")
                        .replace("\"spark.sql.shuffle.partitions\" = 2,", ""));
        count(pipeline, JobNames.EXTRACT);
        count(pipeline, JobNames.STRATIFY);
        count(pipeline, JobNames.TRAIN);
        count(pipeline, JobNames.CALIBRATE);
        count(pipeline, JobNames.SCORE);
        count(pipeline, JobNames.EVALUATE);
        count(pipeline, "run");
        done(pipeline, JobNames.SCORE, "--set", "score.version=1");
        count(pipeline, JobNames.COMPARE, "--model", MODEL, "--base-model", MODEL, "--base-version", "1");
        count(pipeline, JobNames.DRIFT, "--model", MODEL, "--set", "drift.split=validation");
        count(pipeline, JobNames.DISCOVER, "--model", MODEL, "--split", "validation");
        for (String version : List.of("1", "2")) {
            count(pipeline, JobNames.GATE, "--model", MODEL, "--model-version", version, "--set", GATES);
            count(
                    pipeline,
                    JobNames.PROMOTE,
                    "--model",
                    MODEL,
                    "--model-version",
                    version,
                    "--set",
                    GATES,
                    "--reason",
                    "good");
        }
        count(pipeline, JobNames.ROLLBACK, "--model", MODEL, "--model-version", "2", "--reason", "worse");
        count(pipeline, "models");
        count(pipeline, "show", "--model", MODEL);
        count(pipeline, "metrics");
        count(pipeline, JobNames.MAINTAIN);
        count(pipeline, JobNames.FORGET, "--example", "cat-0-1");

        assertThat(counted.keySet()).containsAll(JobNames.ALL);
        assertThat(counted.entrySet().stream()
                        .map(count -> count.getKey() + " " + count.getValue() + "\n")
                        .collect(Collectors.joining()))
                .isEqualTo(Files.readString(BUDGET));
    }

    private void count(TinyPipeline pipeline, String command, String... options) {
        counter.taken();
        done(pipeline, command, options);
        counted.put(command, counter.taken());
    }

    private static void done(TinyPipeline pipeline, String command, String... options) {
        Cli.done(pipeline.command(
                command,
                Stream.concat(Stream.of("--set", TinyPipeline.alone(MODEL)), Stream.of(options))
                        .toArray(String[]::new)));
    }
}
