package io.pigeonhole.jobs.runs;

import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.struct;

import io.pigeonhole.jobs.store.Store;
import io.pigeonhole.jobs.store.Tables;
import io.pigeonhole.transforms.PipelineException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/** The table {@code runs}: which run of a job was the latest, and how each ended. */
public final class RunLog {

    private final SparkSession spark;
    private final Store store;

    private Known known = new Known(-1, Map.of());

    public RunLog(SparkSession spark, Store store) {
        this.spark = spark;
        this.store = store;
    }

    /** A run as the table tells it. */
    public record Entry(String runId, String status, Outcome outcome) {

        boolean isDone() {
            return status.equals("done");
        }
    }

    /** The latest runs as of a version of the table. */
    private record Known(long version, Map<List<String>, Entry> latest) {

        Known {
            latest = Map.copyOf(latest);
        }

        /** After a commit of this run alone. */
        Known next(RunRow run) {
            Map<List<String>, Entry> changed = new HashMap<>(latest);
            changed.put(
                    List.of(run.job(), run.subject()),
                    new Entry(
                            run.runId(),
                            run.status(),
                            run.outcome().orElseGet(() -> new Outcome(List.of(), Map.of(), ""))));
            return new Known(version + 1, changed);
        }
    }

    /** The run of a job and subject that was started last, however it ended. */
    public Optional<Entry> latest(String job, String subject) {
        return Optional.ofNullable(known().latest().get(List.of(job, subject)));
    }

    /** Reads the table where it has changed since it was read; each job asks several times. */
    private synchronized Known known() {
        long version = store.version(Tables.RUNS);
        if (version != known.version()) {
            known = new Known(version, read(version));
        }
        return known;
    }

    private Map<List<String>, Entry> read(long version) {
        if (version < 0) {
            return Map.of();
        }
        Map<List<String>, Entry> latest = new HashMap<>();
        store.read(Tables.RUNS, version)
                .groupBy("job", "subject")
                .agg(max_by(struct("run_id", "status", "outputs", "figures"), struct("started_at", "run_id")))
                .collectAsList()
                .forEach(row -> {
                    Row run = row.getStruct(2);
                    latest.put(
                            List.of(row.getString(0), row.getString(1)),
                            new Entry(run.getString(0), run.getString(1), outcome(run.getList(2), run.getList(3))));
                });
        return latest;
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
        Entry entry = latest(job, subject)
                .orElseThrow(() -> PipelineException.dataContract("Nothing to build on: " + what
                        + " has not run yet. Run it first, or 'run' for all jobs in order."));
        if (!entry.isDone()) {
            throw PipelineException.dataContract("The latest run of " + what + ", " + entry.runId() + ", is "
                    + entry.status() + ", not done. Run it again; nothing is written twice.");
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
        Dataset<Row> rows = spark.createDataFrame(List.of(row), Tables.RUNS.unstamped());
        long before = known().version();
        store.replaceRun(Tables.RUNS, rows, run.runId());
        if (store.version(Tables.RUNS) == before + 1) {
            known = known.next(run);
        }
    }

    private String environment() {
        return "Java " + System.getProperty("java.version") + ", Spark " + spark.version() + ", master "
                + spark.sparkContext().master() + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch");
    }
}
