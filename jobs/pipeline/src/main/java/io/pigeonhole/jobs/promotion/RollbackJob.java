package io.pigeonhole.jobs.promotion;

import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.models.StageChange;
import io.pigeonhole.jobs.models.Stages;
import io.pigeonhole.jobs.models.Stages.Occasion;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Forecast;
import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.transforms.PipelineException;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Takes the champion back: the one before it is champion again, and it is retired. The version to be taken back is named,
 * so that a second call does not take back another one.
 */
public final class RollbackJob implements Job {

    private final String model;
    private final int version;
    private final String by;
    private final String reason;

    /** Takes this version back, if it is the champion. */
    public RollbackJob(String model, int version, String by, String reason) {
        this.model = model;
        this.version = version;
        this.by = by;
        this.reason = reason;
    }

    @Override
    public String name() {
        return StageChange.ROLLBACK;
    }

    @Override
    public String subject() {
        return model;
    }

    @Override
    public Identity identity(Session session) {
        TrainedModel taken = ModelRegistry.find(session, model, Optional.of(version));
        int before = Stages.of(session).changesBefore(StageChange.ROLLBACK, taken, Stages.RETIRED);
        return new Identity(
                "",
                List.of(taken.runId()),
                List.of(
                        taken.input(),
                        Input.of(session.store(), ModelTables.MODELS, "after change " + before)));
    }

    @Override
    public Plan plan(Session session, Forecast forecast) {
        return new Plan(List.of(), List.of(forecast.table(ModelTables.MODELS)), List.of());
    }

    @Override
    public Outcome run(Session session, Run run) {
        TrainedModel taken = ModelRegistry.find(session, model, Optional.of(version));
        Stages stages = Stages.of(session);
        int last = stages.changes();
        boolean made = stages.changesBefore(StageChange.ROLLBACK, taken, Stages.RETIRED) < last;
        if (!made) {
            TrainedModel earlier = earlier(stages, taken);
            ModelRegistry.requireIntact(session, earlier);
            stages.crown(session, run, earlier, new Occasion(StageChange.ROLLBACK, by, reason));
        }
        return StageChanges.outcome(session, Stages.of(session).champion().orElseThrow());
    }

    private TrainedModel earlier(Stages stages, TrainedModel taken) {
        Deque<TrainedModel> succession = stages.succession();
        if (!stages.entry(taken).stage().equals(Stages.CHAMPION)) {
            String champion = stages.champion()
                    .map(is -> "that is version " + is.version() + " of model '" + is.model() + "'")
                    .orElse("there is none");
            throw PipelineException.dataContract("Version " + version + " of model '" + model
                    + "' is not the champion; " + champion + ". Name the champion, or leave things as they are.");
        }
        succession.pop();
        if (succession.isEmpty()) {
            throw PipelineException.dataContract("Version " + version + " of model '" + model
                    + "' is the first champion, so there is none to go back to. Promote another version instead.");
        }
        return succession.peek();
    }
}
