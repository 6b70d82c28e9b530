package io.pigeonhole.jobs.drift;

import io.pigeonhole.transforms.PipelineException;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class DriftErrors {

    private DriftErrors() {}

    static PipelineException sameSplit(String split) {
        return PipelineException.configuration("drift.split and drift.base_split are both '" + split
                + "', which has not drifted from itself. Name another one.");
    }
}
