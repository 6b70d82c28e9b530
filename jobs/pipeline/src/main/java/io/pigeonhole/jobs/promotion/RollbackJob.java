package io.pigeonhole.jobs.promotion;

import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.models.StageChange;
import io.pigeonhole.jobs.models.Stages;
import io.pigeonhole.jobs.models.Stages.Occasion;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import java.util.Deque;
import java.util.Optional;

/**
 * Rolls the champion back: its predecessor becomes champion again, and it is retired. The caller names the version to
 * roll back, so that a second call does not roll back another one.
 */
public final class RollbackJob extends StageJob {

    /** Rolls this version back, if it is the champion. */
    public RollbackJob(String model, int version, String by, String reason) {
        super(StageChange.ROLLBACK, Stages.RETIRED, model, Optional.of(version), by, reason);
    }

    @Override
    Settings settings(Session session) {
        return Settings.none();
    }

    @Override
    void change(Session session, Run run, TrainedModel taken, Stages stages, Occasion occasion) {
        boolean made = stages.changesBefore(StageChange.ROLLBACK, taken, Stages.RETIRED) < stages.changes();
        if (!made) {
            TrainedModel earlier = earlier(stages, taken);
            ModelRegistry.requireIntact(session, earlier);
            stages.crown(session, run, earlier, occasion);
        }
    }

    private TrainedModel earlier(Stages stages, TrainedModel taken) {
        Deque<TrainedModel> succession = stages.succession();
        if (!stages.entry(taken).stage().equals(Stages.CHAMPION)) {
            String champion = stages.champion()
                    .map(is -> "that is version " + is.version() + " of model '" + is.model() + "'")
                    .orElse("there is none");
            throw PromotionErrors.notTheChampion(taken, champion);
        }
        succession.pop();
        if (succession.isEmpty()) {
            throw PromotionErrors.firstChampion(taken);
        }
        return succession.peek();
    }
}
