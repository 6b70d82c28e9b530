package io.pigeonhole.jobs.runs;

import static io.pigeonhole.jobs.store.TableDefinition.column;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import io.pigeonhole.jobs.store.TableDefinition;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructType;

/** The tables of runs: jobs, their inputs and outputs, and their phases. */
public final class RunTables {

    /** Name, table version and fingerprint of an input of a run. */
    static final StructType INPUT = new StructType()
            .add(column("name", StringType, "Table or source"))
            .add(column("version", LongType, "Delta version that was read; null where the source has none"))
            .add(column("fingerprint", StringType, "What tells this state of the input from another"));

    /** Name, table version and rows of an output of a run. */
    static final StructType OUTPUT = new StructType()
            .add(column("name", StringType, "Table"))
            .add(column("version", LongType, "Delta version after the write"))
            .add(column("rows", LongType, "Rows that the run wrote or kept there"));

    /** A named number. */
    public static final StructType FIGURE = new StructType()
            .add(column("name", StringType, "What was counted or measured"))
            .add(column("value", DoubleType, "Its value"));

    public static final TableDefinition RUNS = new TableDefinition(
            "runs",
            "One row per run: one execution of one job on one state of its inputs",
            List.of("run_id"),
            new StructType()
                    .add(column("job", StringType, TableDefinition.anyOf(JobNames.ALL)))
                    .add(column(
                            "subject",
                            StringType,
                            "Model the run was about, or table of predictions made elsewhere; empty where it"
                                    + " was about neither"))
                    .add(column("pipeline", StringType, "Name in the configuration"))
                    .add(column(
                            "configuration_hash",
                            StringType,
                            "SHA-256 over the part of the configuration that matters"))
                    .add(column("upstream", createArrayType(StringType), "Runs whose outputs this run read"))
                    .add(column("inputs", createArrayType(INPUT), "What was read, at which version"))
                    .add(column("outputs", createArrayType(OUTPUT), "What was written, at which version"))
                    .add(column("figures", createArrayType(FIGURE), "Row counts and other figures"))
                    .add(column(
                            "warnings",
                            createArrayType(StringType),
                            "What people should know before they trust the result; null in rows of version 0.1"))
                    .add(column("code_version", StringType, "Version of Pigeonhole"))
                    .add(column("seed", LongType, "Seed of the configuration"))
                    .add(column("environment", StringType, "Java, Spark, master and operating system"))
                    .add(column(
                            "status",
                            StringType,
                            "running, done or failed; of a run that died, the next command that writes closes the row"
                                    + " as failed"))
                    .add(column("error", StringType, "What failed"))
                    .add(column("started_at", TimestampType, "Start of the latest attempt"))
                    .add(column("ended_at", TimestampType, "End of the latest attempt"))
                    .add(column("seconds", DoubleType, "Wall-clock time of the latest attempt"))
                    .add(column(
                            "run_id",
                            StringType,
                            "Names the run: job, subject and a hash of configuration and inputs")),
            Map.of("known_status", "status IN ('running', 'done', 'failed')"));

    public static final TableDefinition RUN_PHASES = new TableDefinition(
            "run_phases",
            "One row per phase of a run that has ended, done or failed: what Spark did in it",
            List.of("run_id", "phase"),
            new StructType()
                    .add(column("job", StringType, "Job, such as extract or train"))
                    .add(column("subject", StringType, "Model the job is about; empty where it is about none"))
                    .add(column("number", IntegerType, "Order in which the run's phases began, from 1"))
                    .add(column("phase", StringType, "What the job was doing"))
                    .add(column("started_at", TimestampType, "When the phase began, the first time"))
                    .add(column("seconds", DoubleType, "Wall-clock time of the phase"))
                    .add(column("jobs", IntegerType, "Spark jobs started in it"))
                    .add(column("stages", IntegerType, "Stages submitted in it, attempts that failed included"))
                    .add(column("tasks", LongType, "Tasks of these stages that ended, attempts that failed included"))
                    .add(column("failed_tasks", LongType, "Attempts of tasks that failed"))
                    .add(column("rows_read", LongType, "Rows read from files and from Spark's cache"))
                    .add(column("bytes_read", LongType, "Bytes read from files and from Spark's cache"))
                    .add(column("rows_written", LongType, "Rows written to files"))
                    .add(column("bytes_written", LongType, "Bytes written to files"))
                    .add(column("shuffle_bytes_read", LongType, "Bytes that tasks fetched from shuffles"))
                    .add(column("shuffle_bytes_written", LongType, "Bytes that tasks wrote for shuffles"))
                    .add(column("memory_bytes_spilled", LongType, "Size in memory of what did not fit there"))
                    .add(column("disk_bytes_spilled", LongType, "Bytes written to disk because of that"))
                    .add(column("task_seconds", DoubleType, "Time that tasks ran, added up"))
                    .add(column("cpu_seconds", DoubleType, "Processor time of the tasks, added up"))
                    .add(column(
                            "gc_seconds",
                            DoubleType,
                            "Time of garbage collection while tasks ran, added up over tasks"))
                    .add(column(
                            "peak_execution_memory_bytes",
                            LongType,
                            "Most memory that one task held for sorts, joins and aggregations"))
                    .add(TableDefinition.RUN_ID),
            Map.of(
                    "phase_positive",
                    "number >= 1 AND seconds >= 0",
                    "phase_tasks",
                    "failed_tasks BETWEEN 0 AND tasks"));

    private RunTables() {}
}
