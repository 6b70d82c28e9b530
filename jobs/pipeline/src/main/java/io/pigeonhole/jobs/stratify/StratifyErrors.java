package io.pigeonhole.jobs.stratify;

import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.split.ClassShares;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class StratifyErrors {

    private StratifyErrors() {}

    static PipelineException oneClass(ClassShares only) {
        return PipelineException.dataContract("All " + only.train() + " rows of train are of the class '" + only.label()
                + "', so there is nothing to learn: every model would be right for each row. Bring rows of other classes."
                + " If the sources have some, correct columns.label, labels.aliases or the splits.");
    }
}
