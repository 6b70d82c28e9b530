package io.pigeonhole.jobs.promotion;

import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.models.Stages;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.jobs.runs.Session;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What promote and rollback report alike. */
final class StageChanges {

    private StageChanges() {}

    /** The last change, read from the table: whether this attempt of a run made it, or an earlier one that died. */
    static Outcome outcome(Session session, TrainedModel champion) {
        Stages stages = Stages.of(session);
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
