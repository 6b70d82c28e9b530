package io.pigeonhole.jobs.trainers.rules;

import io.pigeonhole.jobs.configuration.Suggestions;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.training.rules.Rule;
import io.pigeonhole.transforms.PipelineException;
import java.util.List;
import org.apache.spark.sql.Row;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class RulesErrors {

    private RulesErrors() {}

    static PipelineException incomplete(List<String> columns, Row row) {
        return PipelineException.dataContract("The table of rules (rule_table) has the row " + row
                + ", in which a value of "
                + columns + " is missing or of another type (version and priority are whole numbers, binding is true or"
                + " false). Complete the row.");
    }

    static PipelineException twice(String id) {
        return PipelineException.dataContract("Two rules have the id '" + id
                + "', in rule_table or in rules. Give each its own, and count the texts of one by version.");
    }

    static PipelineException none() {
        return PipelineException.dataContract(
                "The table of rules (rule_table) has no row, and there are no others in rules."
                        + " Add a rule, or leave the model out.");
    }

    static PipelineException noClass(Rule rule, TrainedModel base, List<String> classes) {
        return PipelineException.dataContract("The label of " + rule.name() + ", "
                + Suggestions.withNearest(rule.label(), classes) + ", is none of the " + classes.size()
                + " classes of version "
                + base.version() + " of " + base.model()
                + ". Mend the label, or train the base on examples of the class.");
    }

    static PipelineException notACondition(Rule rule, String problem) {
        return PipelineException.configuration(
                "The condition of " + rule.name() + ", \"" + rule.sql() + "\", " + problem
                        + ". A condition is a boolean expression over the columns of one example, without its label and split.");
    }

    static PipelineException noRows() {
        return PipelineException.dataContract("Rules are judged on labelled validation rows, and there are none. Raise"
                + " stratify.proportions.validation.");
    }

    static PipelineException trainedOnValidation(TrainedModel base) {
        return PipelineException.dataContract("Version " + base.version() + " of " + base.model()
                + " was trained on validation too, so that the rules and the model could not be compared there. Name"
                + " another base_version, or train the model without selection.refit.");
    }
}
