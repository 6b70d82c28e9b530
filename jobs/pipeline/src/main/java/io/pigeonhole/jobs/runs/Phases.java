package io.pigeonhole.jobs.runs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spark's work in each phase of one run. A phase lasts until the job begins another one. A stage counts for the phase
 * in which it was submitted. Work of others in the same Spark context counts too.
 */
final class Phases extends SparkListener implements Progress {

    private static final Logger LOG = LoggerFactory.getLogger(Phases.class);

    /** Longest wait for events that Spark has not delivered yet. */
    private static final long PATIENCE_MILLIS = 10_000;

    /** Phase before the job begins one. */
    private static final String FIRST = "starting";

    private final Optional<SparkContext> context;
    private final Progress shown;
    private final String title;
    private final Map<String, Phase> phases = new HashMap<>();
    private final List<Entered> timeline = new ArrayList<>();
    private final Map<Long, Phase> stages = new HashMap<>();
    private boolean stopped;

    /** The time at which a phase was entered; the last entry is the present phase. */
    private record Entered(Phase phase, Instant at) {}

    private Phases(Optional<SparkContext> context, Progress shown, String title) {
        this.context = context;
        this.shown = shown;
        this.title = title;
    }

    /**
     * Listens from now on, until {@link #stop}.
     *
     * @param context of the work; empty if it does not use Spark
     * @param title of the run in Spark's UI
     */
    static Phases start(Optional<SparkContext> context, Progress shown, String title) {
        Phases phases = new Phases(context, shown, title);
        phases.enter(FIRST, Instant.now());
        context.ifPresent(spark -> spark.addSparkListener(phases));
        return phases;
    }

    @Override
    public void phase(String name) {
        synchronized (this) {
            if (present().phase().name().equals(name)) {
                return;
            }
            enter(name, Instant.now());
        }
        shown.phase(name);
    }

    @Override
    public void update(String state) {
        shown.update(state);
    }

    @Override
    public void clear() {
        shown.clear();
    }

    private synchronized void enter(String name, Instant at) {
        if (!timeline.isEmpty()) {
            leave(at);
        }
        Phase phase = phases.computeIfAbsent(name, key -> new Phase(key, phases.size() + 1, at));
        timeline.add(new Entered(phase, at));
        context.ifPresent(spark -> spark.setJobDescription(title + ": " + name));
    }

    private void leave(Instant at) {
        present().phase().add(Duration.between(present().at(), at));
    }

    private Entered present() {
        return timeline.get(timeline.size() - 1);
    }

    /** The phase at a time. */
    private Phase at(long millis) {
        for (int i = timeline.size() - 1; i > 0; i--) {
            if (timeline.get(i).at().toEpochMilli() <= millis) {
                return timeline.get(i).phase();
            }
        }
        return timeline.get(0).phase();
    }

    @Override
    public synchronized void onJobStart(SparkListenerJobStart start) {
        at(start.time()).addJob();
    }

    @Override
    public synchronized void onStageSubmitted(SparkListenerStageSubmitted submitted) {
        scala.Option<Object> time = submitted.stageInfo().submissionTime();
        Phase phase = time.isEmpty() ? present().phase() : at((Long) time.get());
        phase.addStage();
        stages.put(key(submitted.stageInfo().stageId(), submitted.stageInfo().attemptNumber()), phase);
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
        // tasks of stages that were submitted before this run do not count
        Phase phase = stages.get(key(end.stageId(), end.stageAttemptId()));
        if (phase != null) {
            phase.add(end.taskInfo(), end.taskMetrics());
        }
    }

    private static long key(int stage, int attempt) {
        return ((long) stage << 32) | attempt;
    }

    /** Waits for Spark to deliver its events, ends the last phase and stops listening. A second call does nothing. */
    void stop() {
        Instant end = Instant.now();
        synchronized (this) {
            if (stopped) {
                return;
            }
            stopped = true;
            leave(end);
        }
        context.ifPresent(this::stopListening);
    }

    private void stopListening(SparkContext spark) {
        try {
            spark.listenerBus().waitUntilEmpty(PATIENCE_MILLIS);
        } catch (TimeoutException e) {
            LOG.warn("Spark's listeners lag behind; run_phases may lack some of this run's last tasks");
        } finally {
            spark.removeSparkListener(this);
        }
    }

    /** A row for each phase, in the order of their first entry. */
    synchronized List<Row> rows(RunRow run) {
        return phases.values().stream()
                .sorted((one, other) -> Integer.compare(one.number(), other.number()))
                .map(phase -> phase.row(run))
                .toList();
    }
}
