package io.pigeonhole.jobs.metrics;

import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.transforms.cleaning.Reason;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

    private static final List<String> COLUMNS =
            List.of("job", "subject", "run_id", "status", "started_at", "ended_at", "seconds", "outputs", "figures");

    private final Session session;

    /** A job and its subject. */
    private record Step(String job, String subject) implements Comparable<Step> {

        @Override
        public int compareTo(Step other) {
            return Comparator.comparing(Step::job).thenComparing(Step::subject).compare(this, other);
        }

        String[] labels() {
            return new String[] {"step", job, "subject", subject};
        }
    }

    RunMetrics(Session session) {
        this.session = session;
    }

    void addTo(Exposition exposition) {
        Map<Step, List<Row>> steps = new TreeMap<>();
        session.store()
                .rows(RunTables.RUNS, COLUMNS)
                .forEach(run -> steps.computeIfAbsent(
                                new Step(run.getAs("job"), run.getAs("subject")), step -> new ArrayList<>())
                        .add(run));
        Map<String, Step> latest = new HashMap<>();
        steps.forEach((step, runs) -> {
            Row last = Collections.max(
                    runs,
                    Comparator.comparing((Row run) -> run.<Timestamp>getAs("started_at"))
                            .thenComparing(run -> run.<String>getAs("run_id")));
            latest.put(last.getAs("run_id"), step);
            addLatest(exposition, last, step.labels());
            runs.stream()
                    .filter(run -> run.getAs("status").equals("done"))
                    .map(run -> run.<Timestamp>getAs("ended_at"))
                    .max(Comparator.naturalOrder())
                    .ifPresent(time -> exposition.add(
                            "pigeonhole_run_done_timestamp_seconds",
                            "When a run of the step was last done.",
                            seconds(time),
                            step.labels()));
        });
        steps.forEach((step, runs) -> {
            Map<String, Long> ends = new TreeMap<>();
            runs.forEach(run -> ends.merge(run.getAs("status"), 1L, Long::sum));
            ends.forEach((status, count) -> exposition.add(
                    "pigeonhole_runs",
                    "Runs in the table runs, by how they ended; a run that is done again counts once.",
                    (double) count,
                    with(step.labels(), "status", status)));
        });
        addPhases(exposition, latest.keySet());
    }

    private static String[] with(String[] labels, String name, String value) {
        return new String[] {labels[0], labels[1], labels[2], labels[3], name, value};
    }

    private static void addLatest(Exposition exposition, Row run, String[] labels) {
        exposition.add(
                "pigeonhole_run_done",
                "Whether the latest run of the step is done (1); 0 where it failed or has not ended.",
                run.getAs("status").equals("done") ? 1 : 0,
                labels);
        exposition.add(
                "pigeonhole_run_failed",
                "Whether the latest run of the step failed (1).",
                run.getAs("status").equals("failed") ? 1 : 0,
                labels);
        exposition.add(
                "pigeonhole_run_started_timestamp_seconds",
                "When the latest run of the step began.",
                seconds(run.getAs("started_at")),
                labels);
        if (run.getAs("ended_at") != null) {
            exposition.add(
                    "pigeonhole_run_ended_timestamp_seconds",
                    "When the latest run of the step ended, done or failed.",
                    seconds(run.getAs("ended_at")),
                    labels);
            exposition.add(
                    "pigeonhole_run_duration_seconds",
                    "How long the latest run of the step took.",
                    run.<Double>getAs("seconds"),
                    labels);
        }
        for (Row output : run.<Row>getList(run.fieldIndex("outputs"))) {
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
            run.<Row>getList(run.fieldIndex("figures"))
                    .forEach(figure -> figures.put(figure.getString(0), figure.getDouble(1)));
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

    private void addPhases(Exposition exposition, Set<String> latest) {
        List<Row> phases = session.store().rows(RunTables.RUN_PHASES).stream()
                .filter(phase -> latest.contains(phase.<String>getAs("run_id")))
                .sorted(Comparator.comparing((Row phase) -> phase.<String>getAs("job"))
                        .thenComparing(phase -> phase.<String>getAs("subject"))
                        .thenComparing(phase -> phase.<Integer>getAs("number")))
                .toList();
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
