package io.pigeonhole.jobs.models;

import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.TrainedClassifier;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class ModelsErrors {

    private ModelsErrors() {}

    static PipelineException noVersion(String what, String model) {
        return PipelineException.dataContract("There is no " + what + " of model '" + model
                + "' in the table models. Train it first, or name another version.");
    }

    static PipelineException noHash(TrainedModel trained) {
        return PipelineException.dataContract("Model '" + trained.model() + "' version " + trained.version()
                + " has no hash in the table models, so nobody can say whether its files are those that were saved."
                + " Train the model again.");
    }

    static PipelineException otherFiles(TrainedModel trained, String folder) {
        return PipelineException.dataContract("The files of model '" + trained.model() + "' version "
                + trained.version() + " in " + folder + " are not those that were saved: their hash"
                + " differs from the one in the table models. Restore them, or train the model again.");
    }

    static PipelineException notLinear(TrainedClassifier classifier) {
        return PipelineException.configuration("The version to start from is a " + classifier.trainer()
                + ", which no linear model can start from. Name a version of the same trainer in warm_start.");
    }

    static PipelineException championChanged(TrainedModel version) {
        return PipelineException.dataContract("Version " + version.version() + " of model '" + version.model()
                + "' is not champion: another process changed the champion at the same time. See models --history,"
                + " and decide anew.");
    }
}
