package io.pigeonhole.jobs.trainers.linear;

import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.training.LinearModel;
import io.pigeonhole.transforms.PipelineException;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class LinearErrors {

    private LinearErrors() {}

    static PipelineException otherTrainer(String model, String trainer, TrainedModel version, LinearModel earlier) {
        return PipelineException.configuration("Model '" + model + "' is " + trainer + " and cannot start from version "
                + version.version() + " of model '" + version.model() + "', which is "
                + earlier.scheme().code()
                + ": their coefficients mean different things. Name a version of the same trainer in warm_start.");
    }
}
