package io.pigeonhole.jobs.calibrate;

import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.transforms.PipelineException;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class CalibrateErrors {

    private CalibrateErrors() {}

    static PipelineException nothingToCalibrateOn() {
        return PipelineException.dataContract("The validation split has no labelled example, so there is nothing to"
                + " calibrate on. Give it a share (stratify.proportions), or set calibration = none.");
    }

    static PipelineException trainedOnValidation(TrainedModel base) {
        return PipelineException.dataContract(
                "Version " + base.version() + " of model '" + base.model()
                        + "' was trained on train and validation (selection.refit = true), so a calibration would be fitted on"
                        + " rows that the model has seen. Train a version with refit = false first, or set calibration = none.");
    }

    static PipelineException noKnownClass() {
        return PipelineException.dataContract("No labelled example of the validation split is of a"
                + " class that the model was trained on, so there is nothing to calibrate on. Look at the table"
                + " splits, or set calibration = none.");
    }
}
