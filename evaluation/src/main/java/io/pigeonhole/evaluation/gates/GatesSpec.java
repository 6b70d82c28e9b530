package io.pigeonhole.evaluation.gates;

import io.pigeonhole.evaluation.settings.EvaluationErrors;
import io.pigeonhole.evaluation.statistics.MultipleTesting;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The conditions that a model version must meet, and the confidence with which they are judged.
 *
 * @param statements each at most once
 * @param confidenceLevel with which all verdicts together are correct, such as 0.95
 * @param adjustment holm or bonferroni; with none, the level is that of each statement by itself
 */
public record GatesSpec(List<GateStatement> statements, double confidenceLevel, MultipleTesting adjustment)
        implements Serializable {

    public GatesSpec {
        statements = List.copyOf(statements);
        if (!(confidenceLevel > 0 && confidenceLevel < 1)) {
            throw EvaluationErrors.badSetting(
                    "confidence level", confidenceLevel, "it lies between 0 and 1", "0.95 is usual");
        }
        if (adjustment == MultipleTesting.BENJAMINI_HOCHBERG) {
            throw EvaluationErrors.badSetting(
                    "adjustment",
                    adjustment.label(),
                    "it lets through a share of false verdicts, and one false 'pass' is enough to promote",
                    "Take holm, bonferroni or none");
        }
        Set<String> seen = new HashSet<>();
        for (GateStatement statement : statements) {
            if (!seen.add(statement.text())) {
                throw EvaluationErrors.badSetting(
                        "statements", statement.text(), "the statement stands there twice", "Remove one");
            }
        }
    }
}
