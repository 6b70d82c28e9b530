package io.pigeonhole.jobs.trainers.cascade;

import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.transforms.PipelineException;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class CascadeErrors {

    private CascadeErrors() {}

    static PipelineException trainedOnValidation(TrainedModel member) {
        return PipelineException.dataContract("Version " + member.version() + " of " + member.model()
                + " was trained on validation too, so a cascade can neither be fitted nor certified there. Name another"
                + " version, or train the model without selection.refit.");
    }

    static PipelineException otherClasses(TrainedModel first, TrainedModel second) {
        return PipelineException.dataContract("Version " + first.version() + " of " + first.model() + " and version "
                + second.version() + " of " + second.model() + " have different classes or different taxonomies. Train"
                + " both on the same examples.");
    }

    static PipelineException tooFewRows(long choosing, long certifying) {
        return PipelineException.dataContract("A cascade needs labelled validation rows both to choose its rule and to"
                + " certify it, and there are " + choosing + " and " + certifying
                + ". Raise stratify.proportions.validation.");
    }

    static PipelineException budgetTooSmall(double budget, double first) {
        return PipelineException.configuration("The first model alone takes " + first
                + " milliseconds a row, and the budget of the cascade is " + budget
                + ". Raise budget.at_most, or take a faster first model.");
    }
}
