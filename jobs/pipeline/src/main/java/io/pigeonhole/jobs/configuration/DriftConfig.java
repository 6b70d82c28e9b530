package io.pigeonhole.jobs.configuration;

import io.pigeonhole.evaluation.drift.DriftSpec;
import io.pigeonhole.evaluation.statistics.MultipleTesting;

/**
 * The criteria for drift of a model version's predictions; level and minimum support are those of {@code evaluate}.
 *
 * @param split split to check, such as {@code score.examples_split}
 * @param baseSplit split to compare it with
 * @param margin a distance counts as none if it exceeds the distance expected by chance by no more than this
 * @param adjustment correction for multiple testing over all statements
 */
public record DriftConfig(String split, String baseSplit, double margin, MultipleTesting adjustment) {

    public DriftConfig {
        margin = spec(margin, adjustment).margin();
    }

    public DriftSpec spec() {
        return spec(margin, adjustment);
    }

    private static DriftSpec spec(double margin, MultipleTesting adjustment) {
        return new DriftSpec(margin, adjustment);
    }
}
