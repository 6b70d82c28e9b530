package io.pigeonhole.jobs.models;

import io.pigeonhole.jobs.runs.Input;
import java.util.Optional;

/**
 * A model version, from its row in the table of models.
 *
 * @param artifact folder of the saved pipeline model, below the folder of the artifacts
 * @param sha256 hash over the names and bytes of its files; empty if the table has none, and then the version cannot be
 *     loaded
 * @param seesValidation whether it was trained on validation too
 */
public record TrainedModel(
        String model, int version, String artifact, String sha256, String runId, boolean seesValidation) {

    /** The name of a model version among the inputs of a run, before the name of the model. */
    public static final String INPUT = "model ";

    /** The files of the version, as an input of a run. */
    public Input input() {
        return input(sha256);
    }

    /**
     * The version as an input of a run, whatever the bytes of its files: all results of the same training run count as
     * equal.
     */
    public Input inputOfRun() {
        return input(runId);
    }

    private Input input(String fingerprint) {
        return new Input(INPUT + model, Optional.of((long) version), fingerprint);
    }
}
