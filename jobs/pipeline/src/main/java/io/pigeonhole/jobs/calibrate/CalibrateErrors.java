package io.pigeonhole.jobs.calibrate;

import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.jobs.configuration.UnknownConfig;
import io.pigeonhole.jobs.configuration.UnknownGoal;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.transforms.PipelineException;
import java.util.Locale;

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

    static PipelineException tooFewForUnknown(long rows, UnknownGoal.InScopeLoss loss) {
        return PipelineException.dataContract(String.format(
                Locale.ROOT,
                "The validation split has %,d rows of the model's classes, but to lose at most %s of them as unknown"
                        + " (score.unknown.at_most_in_scope_loss) takes at least %,d. Give validation a larger share"
                        + " (stratify.proportions), or raise at_most_in_scope_loss.",
                rows,
                loss.atMost(),
                loss.leastRows()));
    }

    static PipelineException tooFewOfBoth(long rows, long unknown, UnknownConfig rule) {
        return PipelineException.dataContract(String.format(
                Locale.ROOT,
                "The validation split has %,d rows of the model's classes and %,d of no class, but score.unknown chooses"
                        + " its threshold by both (%s) and needs at least %,d of each. Name the labels of rows of no class in"
                        + " labels.unknown, give validation a larger share (stratify.proportions), lower"
                        + " score.unknown.minimum_unknown_rows, or use at_most_in_scope_loss, which needs no rows of no"
                        + " class.",
                rows,
                unknown,
                rule.objective().isPresent() ? "objective" : "least_unknown_recall",
                rule.minimumUnknownRows()));
    }

    static PipelineException classNamedUnknown(String model) {
        return PipelineException.dataContract("A class of model '" + model + "' is named '" + Predictions.UNKNOWN
                + "', which is the decision for rows of no class (score.unknown). Rename the class by labels.aliases; or,"
                + " if its rows are of no class, name it in labels.unknown.");
    }

    static PipelineException noKnownClass() {
        return PipelineException.dataContract("No labelled example of the validation split is of a"
                + " class that the model was trained on, so there is nothing to calibrate on. Look at the table"
                + " splits, or set calibration = none.");
    }
}
