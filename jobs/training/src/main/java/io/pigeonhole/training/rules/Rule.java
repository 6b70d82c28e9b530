package io.pigeonhole.training.rules;

import io.pigeonhole.transforms.PipelineException;
import java.io.Serializable;
import java.util.Comparator;

/**
 * A rule as it is written.
 *
 * @param id names the rule among others
 * @param version of its text, from 1, as its author counts
 * @param priority of several rules that match a row, the one of the highest priority is asked first; then the first id
 * @param binding whether it decides all rows that it matches; otherwise those where it is surer than the model
 * @param label the class that it decides for
 * @param sql a boolean Spark SQL expression over the columns of a row; null counts as false
 */
public record Rule(String id, int version, int priority, boolean binding, String label, String sql)
        implements Serializable {

    /** The order in which rules are asked. */
    public static final Comparator<Rule> ORDER =
            Comparator.comparing(Rule::priority).reversed().thenComparing(Rule::id);

    /**
     * Checks the values.
     *
     * @throws PipelineException (configuration) if the id is no name, the version is below 1, or label or condition is blank
     */
    public Rule {
        if (!id.matches("[A-Za-z0-9_.-]+")) {
            throw RuleErrors.id(id);
        }
        if (version < 1) {
            throw RuleErrors.version(id, version);
        }
        if (label.isBlank()) {
            throw RuleErrors.blank(id, "label");
        }
        if (sql.isBlank()) {
            throw RuleErrors.blank(id, "sql");
        }
    }

    /** The name by which rows name the rule: {@code rule id@version}. */
    public String name() {
        return "rule " + id + "@" + version;
    }
}
