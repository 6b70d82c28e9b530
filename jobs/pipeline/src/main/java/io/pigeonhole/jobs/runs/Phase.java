package io.pigeonhole.jobs.runs;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/** Sums over the tasks of one phase of a run, including failed attempts. */
final class Phase {

    private final String name;
    private final int number;
    private final Instant startedAt;

    private Duration wall = Duration.ZERO;
    private int jobs;
    private int stages;
    private long tasks;
    private long failedTasks;
    private long rowsRead;
    private long bytesRead;
    private long rowsWritten;
    private long bytesWritten;
    private long shuffleBytesRead;
    private long shuffleBytesWritten;
    private long memorySpilled;
    private long diskSpilled;
    private long taskMillis;
    private long cpuNanos;
    private long gcMillis;
    private long peakMemory;

    Phase(String name, int number, Instant startedAt) {
        this.name = name;
        this.number = number;
        this.startedAt = startedAt;
    }

    String name() {
        return name;
    }

    int number() {
        return number;
    }

    void add(Duration time) {
        wall = wall.plus(time);
    }

    void addJob() {
        jobs++;
    }

    void addStage() {
        stages++;
    }

    /**
     * Adds a task that has ended.
     *
     * @param metrics null if the task died without any
     */
    void add(TaskInfo task, @Nullable TaskMetrics metrics) {
        tasks++;
        failedTasks += task.failed() ? 1 : 0;
        if (metrics == null) {
            return;
        }
        rowsRead += metrics.inputMetrics().recordsRead();
        bytesRead += metrics.inputMetrics().bytesRead();
        rowsWritten += metrics.outputMetrics().recordsWritten();
        bytesWritten += metrics.outputMetrics().bytesWritten();
        shuffleBytesRead += metrics.shuffleReadMetrics().totalBytesRead();
        shuffleBytesWritten += metrics.shuffleWriteMetrics().bytesWritten();
        memorySpilled += metrics.memoryBytesSpilled();
        diskSpilled += metrics.diskBytesSpilled();
        taskMillis += metrics.executorRunTime();
        cpuNanos += metrics.executorCpuTime();
        gcMillis += metrics.jvmGCTime();
        peakMemory = Math.max(peakMemory, metrics.peakExecutionMemory());
    }

    /** The phase as a row of the table {@code run_phases}. */
    Row row(RunRow run) {
        return RowFactory.create(
                run.job(),
                run.subject(),
                number,
                name,
                Timestamp.from(startedAt.truncatedTo(ChronoUnit.MILLIS)),
                wall.toMillis() / 1e3,
                jobs,
                stages,
                tasks,
                failedTasks,
                rowsRead,
                bytesRead,
                rowsWritten,
                bytesWritten,
                shuffleBytesRead,
                shuffleBytesWritten,
                memorySpilled,
                diskSpilled,
                taskMillis / 1e3,
                cpuNanos / 1e9,
                gcMillis / 1e3,
                peakMemory);
    }
}
