package io.pigeonhole.training.rules;

import io.pigeonhole.transforms.PipelineException;
import java.util.List;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class RuleErrors {

    private RuleErrors() {}

    static PipelineException id(String id) {
        return PipelineException.configuration(
                "'" + id
                        + "' cannot be the id of a rule: use letters, digits, '.', '_' and '-', since rows name the rule by it");
    }

    static PipelineException version(String id, int version) {
        return PipelineException.configuration(
                "the version of rule '" + id + "' must be at least 1, not " + version + "; count its texts from 1");
    }

    static PipelineException blank(String id, String key) {
        return PipelineException.configuration("rule '" + id + "' has a blank " + key + "; each rule needs one");
    }

    static PipelineException notApplicable(Rule rule, String problem, List<String> columns) {
        return PipelineException.dataContract("The condition of " + rule.name() + " cannot be applied: " + problem
                + " The rows have the columns " + columns
                + ". Add the column to the rows, or train the model without the"
                + " rule.");
    }
}
