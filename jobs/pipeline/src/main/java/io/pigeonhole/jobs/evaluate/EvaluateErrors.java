package io.pigeonhole.jobs.evaluate;

import io.pigeonhole.transforms.PipelineException;
import java.util.List;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class EvaluateErrors {

    private EvaluateErrors() {}

    static PipelineException noLabels(long rows, String column) {
        return PipelineException.dataContract("None of the " + rows + " predictions has a label: the column '" + column
                + "' is empty in every row, so there is nothing to compare them with. Name the column of the true labels in"
                + " predictions.columns.label, or join the labels to the predictions first.");
    }

    static PipelineException nameTaken(List<String> taken) {
        return PipelineException.dataContract("The predictions are of the model '" + String.join("', '", taken)
                + "', which this store has a model of its own by the name of; its evaluation would be replaced."
                + " Give them another name, by predictions.model or in the column of predictions.columns.model.");
    }
}
