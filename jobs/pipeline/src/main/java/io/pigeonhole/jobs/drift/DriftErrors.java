package io.pigeonhole.jobs.drift;

import io.pigeonhole.transforms.PipelineException;

/** What a user can cause here and mend, with problem, cause and remedy. */
final class DriftErrors {

    private DriftErrors() {}

    static PipelineException sameSplit(String split) {
        return PipelineException.configuration("drift.split and drift.base_split are both '" + split
                + "', which has not drifted from itself. Name another one.");
    }
}
