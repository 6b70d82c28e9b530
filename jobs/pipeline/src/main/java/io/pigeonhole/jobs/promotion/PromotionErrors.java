package io.pigeonhole.jobs.promotion;

import io.pigeonhole.jobs.models.Stages;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.transforms.PipelineException;
import java.util.Set;
import java.util.SortedSet;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class PromotionErrors {

    private PromotionErrors() {}

    static PipelineException noGates() {
        return PipelineException.configuration("There are no gates: gates.statements is empty. State what must hold,"
                + " or include conf/gates.conf.");
    }

    static PipelineException unknownClasses(Set<String> unknown, SortedSet<String> known) {
        return PipelineException.configuration(
                "gates.statements or labels.critical name classes that the table classes does not have: "
                        + String.join(", ", unknown) + ". It has " + known.size() + ", such as "
                        + String.join(", ", known.stream().limit(5).toList()) + ".");
    }

    static PipelineException notJudged(String what) {
        return PipelineException.gate(
                what + " was not judged by gates, so it is not promoted. Run 'gate' for it first.");
    }

    static PipelineException judgedBefore(String what, String change, String judgedBy) {
        return PipelineException.gate(what + " was judged by gates " + change + " (run " + judgedBy
                + "), so it is not promoted. Run 'gate' for it again.");
    }

    static PipelineException gatesNotPassed(String what, SortedSet<String> open, int gates) {
        return PipelineException.gate(what + " is not promoted, as " + open.size() + " of its " + gates
                + " gates did not pass: " + String.join("; ", open) + ".");
    }

    static PipelineException notACandidate(Stages.Entry entry) {
        return PipelineException.dataContract("Version " + entry.version().version() + " of model '"
                + entry.version().model() + "' is " + entry.stage()
                + ", and only a candidate is promoted. To go back to an"
                + " earlier champion, use rollback; otherwise train a new version.");
    }

    static PipelineException notTheChampion(TrainedModel taken, String champion) {
        return PipelineException.dataContract("Version " + taken.version() + " of model '" + taken.model()
                + "' is not the champion; " + champion + ". Name the champion, or leave things as they are.");
    }

    static PipelineException firstChampion(TrainedModel taken) {
        return PipelineException.dataContract("Version " + taken.version() + " of model '" + taken.model()
                + "' is the first champion, so there is none to go back to. Promote another version instead.");
    }
}
