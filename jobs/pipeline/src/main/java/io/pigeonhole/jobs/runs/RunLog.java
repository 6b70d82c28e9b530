package io.pigeonhole.jobs.runs;

import io.pigeonhole.jobs.store.Lease;
import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.jobs.store.RowCondition;
import io.pigeonhole.jobs.store.Store;
import io.pigeonhole.transforms.PipelineException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/** The table {@code runs}: the latest run of each job, and how each run ended. */
public final class RunLog {

    private static final Logger LOG = LoggerFactory.getLogger(RunLog.class);

    static final String RUNNING = "running";

    private static final List<String> LOOKED_AT = List.of(
            "job",
            "subject",
            "started_at",
            "run_id",
            "status",
            "outputs",
            "figures",
            "code_version",
            "configuration_hash",
            "upstream",
            "inputs");

    private final Store store;

    private LatestRuns known = new LatestRuns(-1, Map.of(), 0);

    /** The runs of a store. */
    public RunLog(Store store) {
        this.store = store;
    }

    /** A run in the table. */
    public record Entry(String runId, String status, Outcome outcome, Provenance provenance) {

        boolean isDone() {
            return status.equals("done");
        }

        /** The runs whose outputs it read. */
        public List<String> upstream() {
            return provenance.upstream();
        }
    }

    /** The latest runs as of a version of the table, and the number of all runs that have not ended. */
    private record LatestRuns(long version, Map<List<String>, Entry> latest, long open) {

        LatestRuns {
            latest = Map.copyOf(latest);
        }

        /** The latest runs after a commit of this run alone. */
        LatestRuns next(RunRow run) {
            Map<List<String>, Entry> changed = new HashMap<>(latest);
            changed.put(
                    List.of(run.job(), run.subject()),
                    new Entry(
                            run.runId(),
                            run.status(),
                            run.outcome().orElseGet(() -> new Outcome(List.of(), Map.of(), "")),
                            Provenance.of(run.identity(), run.codeVersion())));
            return new LatestRuns(version + 1, changed, open);
        }
    }

    /** The run of a job and subject that started last, whether it failed or not. */
    public Optional<Entry> latest(String job, String subject) {
        return Optional.ofNullable(known().latest().get(List.of(job, subject)));
    }

    /** Reads the table only if it has changed since the last read, since each job asks several times. */
    private synchronized LatestRuns known() {
        long version = store.version(RunTables.RUNS);
        if (version != known.version()) {
            known = read(version);
        }
        return known;
    }

    private LatestRuns read(long version) {
        if (version < 0) {
            return new LatestRuns(version, Map.of(), 0);
        }
        Map<List<String>, Row> latest = new HashMap<>();
        long open = 0;
        for (Row run : store.rows(RunTables.RUNS, LOOKED_AT)) {
            latest.merge(
                    List.of(run.getAs("job"), run.getAs("subject")),
                    run,
                    BinaryOperator.maxBy(Comparator.comparing((Row row) -> row.<Timestamp>getAs("started_at"))
                            .thenComparing(row -> row.<String>getAs("run_id"))));
            open += run.getAs("status").equals(RUNNING) ? 1 : 0;
        }
        Map<List<String>, Entry> entries = new HashMap<>();
        latest.forEach((key, run) -> entries.put(key, entry(run)));
        return new LatestRuns(version, entries, open);
    }

    private static Entry entry(Row run) {
        return new Entry(
                run.getAs("run_id"),
                run.getAs("status"),
                outcome(run.getList(run.fieldIndex("outputs")), run.getList(run.fieldIndex("figures"))),
                new Provenance(
                        run.getAs("code_version"),
                        run.getAs("configuration_hash"),
                        run.getList(run.fieldIndex("upstream")),
                        inputs(run.getList(run.fieldIndex("inputs")))));
    }

    private static Map<String, String> inputs(List<Row> inputs) {
        return Provenance.fingerprints(inputs.stream()
                .map(input -> new Input(input.getString(0), Optional.empty(), input.getString(2)))
                .toList());
    }

    /**
     * Marks the runs that have not ended as failed. Call this right after acquiring the lease, when no other process
     * can be running them.
     *
     * @param holder the previous holder of the lease, if it ended without releasing it
     */
    public void closeDied(Optional<Lease.Dead> holder) {
        if (known().open() == 0) {
            return;
        }
        String who = holder.map(dead -> "its process, " + dead.who() + ", was last heard of at " + dead.lastSign())
                .orElse("its process is gone");
        Timestamp seen = Timestamp.from(holder.map(Lease.Dead::lastSign).orElseGet(Instant::now));
        List<Row> open = store.rows(RunTables.RUNS, RowCondition.having(Map.of("status", RUNNING)));
        store.merge(
                RunTables.RUNS, open.stream().map(run -> closed(run, seen, who)).toList());
        open.forEach(run -> LOG.info("run {} had died; its row is closed", run.<String>getAs("run_id")));
    }

    private static Row closed(Row run, Timestamp seen, String who) {
        Timestamp started = run.getAs("started_at");
        Timestamp ended = started.after(seen) ? started : seen;
        Map<String, Object> changed = Map.of(
                "status",
                "failed",
                "error",
                "died: " + who + " and left no end; run it again",
                "ended_at",
                ended,
                "seconds",
                (ended.getTime() - started.getTime()) / 1e3);
        StructType schema = RunTables.RUNS.schema();
        return RowFactory.create(Arrays.stream(schema.fieldNames())
                .map(name -> changed.containsKey(name) ? changed.get(name) : run.getAs(name))
                .toArray());
    }

    private static Outcome outcome(List<Row> outputs, List<Row> figures) {
        Map<String, Double> byName = new TreeMap<>();
        figures.forEach(figure -> byName.put(figure.getString(0), figure.getDouble(1)));
        return new Outcome(
                outputs.stream()
                        .map(output -> new Output(output.getString(0), output.getLong(1), output.getLong(2)))
                        .toList(),
                byName,
                "");
    }

    /**
     * The finished run that a later job builds on.
     *
     * @throws PipelineException (data contract) if the job has not run, or its latest run did not finish
     */
    public String latestDone(String job, String subject) {
        String what = subject.isEmpty() ? "'" + job + "'" : "'" + job + "' for model '" + subject + "'";
        Entry entry = latest(job, subject).orElseThrow(() -> RunsErrors.notRun(what));
        if (!entry.isDone()) {
            throw RunsErrors.notDone(what, entry);
        }
        return entry.runId();
    }

    synchronized void write(RunRow run) {
        Row row = RowFactory.create(
                run.job(),
                run.subject(),
                run.pipeline(),
                run.identity().configurationHash(),
                run.identity().upstream().toArray(String[]::new),
                run.identity().inputs().stream()
                        .map(i -> RowFactory.create(i.name(), i.version().orElse(null), i.fingerprint()))
                        .toArray(Row[]::new),
                run.outcome()
                        .map(o -> o.outputs().stream()
                                .map(out -> RowFactory.create(out.table(), out.version(), out.rows()))
                                .toArray(Row[]::new))
                        .orElse(new Row[0]),
                run.outcome()
                        .map(o -> o.figures().entrySet().stream()
                                .map(f -> RowFactory.create(f.getKey(), f.getValue()))
                                .toArray(Row[]::new))
                        .orElse(new Row[0]),
                run.outcome().map(o -> o.warnings().toArray(String[]::new)).orElse(new String[0]),
                run.codeVersion(),
                run.seed(),
                environment(),
                run.status(),
                run.error().orElse(null),
                Timestamp.from(run.startedAt()),
                run.endedAt().map(Timestamp::from).orElse(null),
                run.endedAt()
                        .map(end -> Duration.between(run.startedAt(), end).toMillis() / 1e3)
                        .orElse(null));
        long before = known().version();
        store.replaceRun(RunTables.RUNS, List.of(row), run.runId(), List.of());
        if (store.version(RunTables.RUNS) == before + 1) {
            known = known.next(run);
        }
    }

    /** Writes Spark's work in each phase of a run, and replaces the rows of an earlier attempt. */
    void write(RunRow run, Phases phases) {
        store.replaceRun(RunTables.RUN_PHASES, phases.rows(run), run.runId(), List.of());
    }

    /** What this process runs on; a session is not started for it. */
    private static String environment() {
        Option<SparkSession> spark = SparkSession.getDefaultSession();
        String engine = spark.isEmpty()
                ? "no Spark session"
                : "Spark " + spark.get().version() + ", master "
                        + spark.get().sparkContext().master();
        return "Java " + System.getProperty("java.version") + ", " + engine + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch");
    }
}
