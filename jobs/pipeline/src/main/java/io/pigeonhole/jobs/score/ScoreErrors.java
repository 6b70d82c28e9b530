package io.pigeonhole.jobs.score;

import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.transforms.PipelineException;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class ScoreErrors {

    private ScoreErrors() {}

    static PipelineException nothingHeldOut(TrainedModel trained) {
        return PipelineException.dataContract("Version " + trained.version() + " of model '" + trained.model()
                + "' was trained on train and validation (selection.refit = true), so figures on validation would not"
                + " be held out. Set score.splits = [test].");
    }

    static PipelineException noUnknownRule(TrainedModel trained) {
        return PipelineException.dataContract("Version " + trained.version() + " of model '" + trained.model()
                + "' has no rule for unknown rows: calibrate fits it where score.unknown is set, and this version came"
                + " out of train, or of calibrate without that. Name another score.version, or none, or remove"
                + " score.unknown.");
    }

    static PipelineException noPredictionSets(TrainedModel trained) {
        return PipelineException.dataContract("Version " + trained.version() + " of model '" + trained.model()
                + "' has no prediction sets: calibrate fits them, and this version came out of"
                + " train. Name another score.version, or none, or set score.conformal = false.");
    }
}
