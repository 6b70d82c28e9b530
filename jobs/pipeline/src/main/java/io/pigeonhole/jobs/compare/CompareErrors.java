package io.pigeonhole.jobs.compare;

import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.transforms.PipelineException;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class CompareErrors {

    private CompareErrors() {}

    static PipelineException noChampion() {
        return PipelineException.dataContract("There is no champion to compare with yet. Name the"
                + " other version by --base-model, or promote one first.");
    }

    static PipelineException comparedWithItself(TrainedModel base) {
        return PipelineException.configuration("Version " + base.version() + " of model '" + base.model()
                + "' would be compared with itself on the same examples. Name another one by --base-model and"
                + " --base-version, or another split by compare.split.");
    }
}
