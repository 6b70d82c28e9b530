package io.pigeonhole.jobs.configuration;

import io.pigeonhole.evaluation.gates.GateStatement;
import io.pigeonhole.evaluation.gates.GatesSpec;
import io.pigeonhole.evaluation.statistics.MultipleTesting;
import java.util.List;

/**
 * What must hold of a model version before it is promoted.
 *
 * @param split split on which it must hold
 * @param statements in the grammar of {@link GateStatement#parse}
 * @param confidenceLevel with which all verdicts together are right
 * @param adjustment what keeps the errors over all statements in check
 */
public record GatesConfig(
        String split, List<GateStatement> statements, double confidenceLevel, MultipleTesting adjustment) {

    public GatesConfig {
        statements = spec(statements, confidenceLevel, adjustment).statements();
    }

    public GatesSpec spec() {
        return spec(statements, confidenceLevel, adjustment);
    }

    private static GatesSpec spec(List<GateStatement> statements, double confidenceLevel, MultipleTesting adjustment) {
        return new GatesSpec(statements, confidenceLevel, adjustment);
    }
}
