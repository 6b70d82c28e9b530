package io.pigeonhole.jobs.promotion;

import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.models.Stages;
import io.pigeonhole.jobs.models.Stages.Occasion;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.models.VersionJob;
import io.pigeonhole.jobs.runs.Forecast;
import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A job that changes the champion once: a second call after its commit changes nothing. */
abstract class StageJob extends VersionJob {

    private final String stage;
    private final Occasion occasion;

    /**
     * @param name of the job, and of the change
     * @param stage new stage of the version
     * @param version version of the model; if absent, the latest trained one
     * @param by person who makes the change
     */
    StageJob(String name, String stage, String model, Optional<Integer> version, String by, String reason) {
        super(name, model, version);
        this.stage = stage;
        this.occasion = new Occasion(name, by, reason);
    }

    /** The part of the configuration that the job depends on. */
    abstract Settings settings(Session session);

    /** Makes the change, unless it is already made. */
    abstract void change(Session session, Run run, TrainedModel version, Stages stages, Occasion occasion);

    @Override
    public final Identity identity(Session session) {
        TrainedModel version = version(session);
        int before = Stages.of(session).changesBefore(name(), version, stage);
        return new Identity(
                settings(session),
                List.of(version.runId()),
                List.of(version.input(), Input.of(session.store(), ModelTables.MODELS, "after change " + before)));
    }

    @Override
    public final Plan plan(Session session, Forecast forecast) {
        return new Plan(List.of(), List.of(forecast.table(ModelTables.MODELS)), List.of());
    }

    /** The registry is a small table, which this process reads and writes. */
    @Override
    public final boolean usesSpark() {
        return false;
    }

    @Override
    public final Outcome run(Session session, Run run) {
        change(session, run, version(session), Stages.of(session), occasion);
        return outcome(session);
    }

    /** The last change, read from the table; this attempt of the run made it, or an earlier attempt that died. */
    private static Outcome outcome(Session session) {
        Stages stages = Stages.of(session);
        TrainedModel champion = stages.champion().orElseThrow();
        int last = stages.changes();
        List<Stages.Entry> changed = stages.entries().stream()
                .filter(entry -> entry.changes().stream().anyMatch(change -> change.number() == last))
                .toList();
        String summary = changed.stream()
                .map(entry ->
                        entry.version().model() + " version " + entry.version().version() + " is " + entry.stage())
                .collect(Collectors.joining("; "));
        return new Outcome(
                List.of(session.store().output(ModelTables.MODELS, changed.size())),
                Map.of("champion_version", (double) champion.version(), "change", (double) last),
                summary);
    }
}
