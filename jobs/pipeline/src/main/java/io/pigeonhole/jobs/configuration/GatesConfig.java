package io.pigeonhole.jobs.configuration;

import io.pigeonhole.evaluation.gates.GateStatement;
import io.pigeonhole.evaluation.gates.GatesSpec;
import io.pigeonhole.evaluation.statistics.MultipleTesting;
import java.util.List;

/**
 * The conditions for promoting a model version.
 *
 * @param split split on which the statements must hold
 * @param statements in the grammar of {@link GateStatement#parse}
 * @param confidenceLevel confidence that all verdicts together are right
 * @param adjustment correction for multiple testing over all statements
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
