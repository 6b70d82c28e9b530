package io.pigeonhole.jobs.trainers;

import io.pigeonhole.jobs.configuration.SelectionConfig;
import io.pigeonhole.transforms.PipelineException;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class TrainersErrors {

    private TrainersErrors() {}

    static PipelineException nothingToPickBy(SelectionConfig selection, int settings) {
        return PipelineException.dataContract(
                "There are no labelled examples of " + selection.on().code() + " to pick one of " + settings
                        + " settings by. Give the split a share, or one setting.");
    }
}
