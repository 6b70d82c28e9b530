package io.pigeonhole.jobs.promotion;

import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.models.StageChange;
import io.pigeonhole.jobs.models.Stages;
import io.pigeonhole.jobs.models.Stages.Entry;
import io.pigeonhole.jobs.models.Stages.Occasion;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.RowCondition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.spark.sql.Row;

/** Makes a candidate champion if its gates passed on the same files, and retires the present champion. */
public final class PromoteJob extends StageJob {

    /**
     * @param version version of the model; if absent, the latest trained one
     * @param by person who promotes
     * @param reason reason for the promotion
     */
    public PromoteJob(String model, Optional<Integer> version, String by, String reason) {
        super(StageChange.PROMOTE, Stages.CHAMPION, model, version, by, reason);
    }

    @Override
    Settings settings(Session session) {
        return session.config().settings("gates");
    }

    @Override
    void change(Session session, Run run, TrainedModel candidate, Stages stages, Occasion occasion) {
        Entry entry = stages.entry(candidate);
        if (!entry.stage().equals(Stages.CHAMPION)) {
            if (!entry.stage().equals(Stages.CANDIDATE)) {
                throw PromotionErrors.notACandidate(entry);
            }
            requireGatesPassed(session, candidate);
            ModelRegistry.requireIntact(session, candidate);
            stages.crown(session, run, candidate, occasion);
        }
    }

    /** Checks that all gates passed, with this configuration, on these files and against the present champion. */
    private void requireGatesPassed(Session session, TrainedModel candidate) {
        String what = "Version " + candidate.version() + " of model '" + subject() + "'";
        List<Row> gates = session.store()
                .rows(
                        JudgementTables.GATES,
                        List.of("verdict", "statement", "label", "run_id", "sha256", "model", "version"),
                        RowCondition.having(Map.of("model", subject(), "version", candidate.version())));
        if (gates.isEmpty()) {
            throw PromotionErrors.notJudged(what);
        }
        String judgedBy = gates.get(0).getString(3);
        boolean sameFiles = gates.stream().allMatch(gate -> candidate.sha256().equals(gate.getString(4)));
        Optional<String> change = sameFiles ? change(session, candidate, judgedBy) : Optional.of("on other files");
        if (change.isPresent()) {
            throw PromotionErrors.judgedBefore(what, change.get(), judgedBy);
        }
        TreeSet<String> open = new TreeSet<>();
        for (Row gate : gates) {
            if (!gate.getString(0).equals("pass")) {
                String label = gate.isNullAt(2) ? "" : " [" + gate.getString(2) + "]";
                open.add(gate.getString(1) + label + ": " + gate.getString(0));
            }
        }
        if (!open.isEmpty()) {
            throw PromotionErrors.gatesNotPassed(what, open, gates.size());
        }
    }

    /**
     * The difference between the present state and the one on which a run judged the gates; ignores the version of the
     * code.
     */
    private Optional<String> change(Session session, TrainedModel candidate, String judgedBy) {
        GateJob gate = new GateJob(subject(), Optional.of(candidate.version()));
        Identity present = gate.identity(session);
        List<Row> runs = session.store()
                .rows(
                        RunTables.RUNS,
                        List.of("code_version", "configuration_hash", "run_id", "status"),
                        RowCondition.having(Map.of("run_id", judgedBy, "status", "done")));
        if (runs.isEmpty()) {
            return Optional.of("by a run that did not end");
        }
        if (!present.configurationHash().equals(runs.get(0).getString(1))) {
            return Optional.of("by another configuration of gates, evaluate or labels.critical");
        }
        return judgedBy.equals(
                        present.runId(gate.name(), gate.subject(), runs.get(0).getString(0)))
                ? Optional.empty()
                : Optional.of("on other predictions, or against another champion, than the present ones");
    }
}
