package io.pigeonhole.jobs.models;

import io.pigeonhole.jobs.runs.Input;
import java.util.Optional;

/**
 * A model version as its row in the table models has it.
 *
 * @param artifact folder of the saved pipeline model, below the folder of the artifacts
 * @param sha256 hash over the names and bytes of its files; empty where the table has none, and then it is not loaded
 */
public record TrainedModel(String model, int version, String artifact, String sha256, String runId) {

    /** Its files, as what a run reads. */
    public Input input() {
        return input(sha256);
    }

    /** The same where any files that its run made count as equal. */
    public Input inputOfRun() {
        return input(runId);
    }

    private Input input(String fingerprint) {
        return new Input("model " + model, Optional.of((long) version), fingerprint);
    }
}
