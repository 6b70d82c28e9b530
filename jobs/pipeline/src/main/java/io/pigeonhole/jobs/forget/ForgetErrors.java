package io.pigeonhole.jobs.forget;

import io.pigeonhole.transforms.PipelineException;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class ForgetErrors {

    private ForgetErrors() {}

    static PipelineException noColumn(String field, String[] columns) {
        return PipelineException.configuration("The table examples has no column '" + field
                + "' to forget by. Its columns are: " + String.join(", ", columns)
                + ". Map the key to a field under 'columns' of the source, or forget by --example.");
    }
}
