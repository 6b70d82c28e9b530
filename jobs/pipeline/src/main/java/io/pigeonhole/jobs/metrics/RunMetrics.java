package io.pigeonhole.jobs.metrics;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.transforms.cleaning.Reason;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Metrics of the jobs: the latest run of each and its phases. The label of a job is {@code step}, since Prometheus
 * reserves {@code job}.
 */
final class RunMetrics {

    private static final String REJECTED = "rejected_";

    /** Column of {@code run_phases}, name of the metric, help text. */
    private static final List<List<String>> PHASE_FIGURES = List.of(
            List.of("seconds", "pigeonhole_phase_duration_seconds", "Wall-clock time of a phase of the latest run."),
            List.of("rows_read", "pigeonhole_phase_read_rows", "Rows read in a phase of the latest run."),
            List.of("bytes_read", "pigeonhole_phase_read_bytes", "Bytes read in a phase of the latest run."),
            List.of("bytes_written", "pigeonhole_phase_written_bytes", "Bytes written in a phase of the latest run."),
            List.of(
                    "shuffle_bytes_written",
                    "pigeonhole_phase_shuffle_bytes",
                    "Bytes written for shuffles in a phase of the latest run."),
            List.of(
                    "disk_bytes_spilled",
                    "pigeonhole_phase_spilled_bytes",
                    "Bytes spilled to disk in a phase of the latest run."),
            List.of("task_seconds", "pigeonhole_phase_task_seconds", "Time of tasks in a phase, added up."),
            List.of(
                    "gc_seconds",
                    "pigeonhole_phase_gc_seconds",
                    "Garbage collection during tasks of a phase, added up."),
            List.of("failed_tasks", "pigeonhole_phase_failed_tasks", "Attempts of tasks that failed in a phase."),
            List.of(
                    "peak_execution_memory_bytes",
                    "pigeonhole_phase_peak_memory_bytes",
                    "Most execution memory that one task of a phase held."));

    private final Session session;

    RunMetrics(Session session) {
        this.session = session;
    }

    void addTo(Exposition exposition) {
        Dataset<Row> runs = session.store().readOrEmpty(RunTables.RUNS);
        Map<String, List<String>> latest = new TreeMap<>();
        for (Row row : runs.groupBy("job", "subject")
                .agg(
                        max_by(
                                        struct(
                                                "run_id",
                                                "status",
                                                "started_at",
                                                "ended_at",
                                                "seconds",
                                                "outputs",
                                                "figures"),
                                        struct("started_at", "run_id"))
                                .as("latest"),
                        max(when(col("status").equalTo("done"), col("ended_at")))
                                .as("done_at"))
                .orderBy("job", "subject")
                .collectAsList()) {
            String[] labels = {"step", row.getString(0), "subject", row.getString(1)};
            Row run = row.getStruct(2);
            latest.put(run.getString(0), List.of(row.getString(0), row.getString(1)));
            addLatest(exposition, run, labels);
            if (!row.isNullAt(3)) {
                exposition.add(
                        "pigeonhole_run_done_timestamp_seconds",
                        "When a run of the step was last done.",
                        seconds(row.getTimestamp(3)),
                        labels);
            }
        }
        for (Row row : runs.groupBy("job", "subject", "status")
                .agg(count(lit(1)))
                .orderBy("job", "subject", "status")
                .collectAsList()) {
            exposition.add(
                    "pigeonhole_runs",
                    "Runs in the table runs, by how they ended; a run that is done again counts once.",
                    (double) row.getLong(3),
                    with(labels(row), "status", row.getString(2)));
        }
        addPhases(exposition, latest);
    }

    private static String[] labels(Row row) {
        return new String[] {"step", row.getString(0), "subject", row.getString(1)};
    }

    private static String[] with(String[] labels, String name, String value) {
        return new String[] {labels[0], labels[1], labels[2], labels[3], name, value};
    }

    private static void addLatest(Exposition exposition, Row run, String[] labels) {
        exposition.add(
                "pigeonhole_run_done",
                "Whether the latest run of the step is done (1); 0 where it failed or has not ended.",
                run.getString(1).equals("done") ? 1 : 0,
                labels);
        exposition.add(
                "pigeonhole_run_failed",
                "Whether the latest run of the step failed (1).",
                run.getString(1).equals("failed") ? 1 : 0,
                labels);
        exposition.add(
                "pigeonhole_run_started_timestamp_seconds",
                "When the latest run of the step began.",
                seconds(run.getTimestamp(2)),
                labels);
        if (!run.isNullAt(3)) {
            exposition.add(
                    "pigeonhole_run_ended_timestamp_seconds",
                    "When the latest run of the step ended, done or failed.",
                    seconds(run.getTimestamp(3)),
                    labels);
            exposition.add(
                    "pigeonhole_run_duration_seconds",
                    "How long the latest run of the step took.",
                    run.getDouble(4),
                    labels);
        }
        for (Row output : run.<Row>getList(5)) {
            exposition.add(
                    "pigeonhole_run_output_rows",
                    "Rows that the latest run of the step wrote or kept in a table.",
                    (double) output.getLong(2),
                    with(labels, "table", output.getString(0)));
        }
        if (labels[1].equals(JobNames.EXTRACT)) {
            Map<String, Double> figures = new TreeMap<>();
            // reasons without rejected rows are series, too: an alert on a change needs the value zero
            Arrays.stream(Reason.values()).forEach(reason -> figures.put(REJECTED + reason.code(), 0.0));
            run.<Row>getList(6).forEach(figure -> figures.put(figure.getString(0), figure.getDouble(1)));
            figures.forEach((figure, value) -> addRows(exposition, figure, value));
        }
    }

    private static void addRows(Exposition exposition, String figure, double value) {
        if (figure.startsWith("rows_")) {
            exposition.add(
                    "pigeonhole_extract_rows",
                    "Rows of the latest extraction, by what became of them; read is all of them.",
                    value,
                    "outcome",
                    figure.substring("rows_".length()));
        } else if (figure.startsWith(REJECTED)) {
            exposition.add(
                    "pigeonhole_rejected_rows",
                    "Rows that the latest extraction rejected, by reason.",
                    value,
                    "reason",
                    figure.substring(REJECTED.length()));
        }
    }

    private void addPhases(Exposition exposition, Map<String, List<String>> latest) {
        List<Row> phases = session.store()
                .readOrEmpty(RunTables.RUN_PHASES)
                .filter(col("run_id").isin(latest.keySet().toArray()))
                .orderBy("job", "subject", "number")
                .collectAsList();
        for (List<String> figure : PHASE_FIGURES) {
            for (Row phase : phases) {
                Number value = phase.getAs(figure.get(0));
                exposition.add(
                        figure.get(1),
                        figure.get(2),
                        value.doubleValue(),
                        "step",
                        phase.getAs("job"),
                        "subject",
                        phase.getAs("subject"),
                        "phase",
                        phase.getAs("phase"));
            }
        }
    }

    private static double seconds(Timestamp time) {
        return time.getTime() / 1e3;
    }
}
