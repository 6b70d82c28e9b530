package io.pigeonhole.jobs.train;

import io.pigeonhole.transforms.PipelineException;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class TrainErrors {

    private TrainErrors() {}

    static PipelineException nothingToLearnFrom() {
        return PipelineException.dataContract("The train split has no labelled example, so there is nothing to learn"
                + " from. Look at the tables splits and rejects.");
    }
}
