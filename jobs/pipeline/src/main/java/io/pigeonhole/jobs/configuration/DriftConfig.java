package io.pigeonhole.jobs.configuration;

import io.pigeonhole.evaluation.drift.DriftSpec;
import io.pigeonhole.evaluation.statistics.MultipleTesting;

/**
 * When the predictions of a model version have drifted; level and minimum support are those of {@code evaluate}.
 *
 * @param split split looked at, such as {@code score.examples_split}
 * @param baseSplit split that it is compared with
 * @param margin a distance that exceeds what chance makes of it by no more than this counts as none
 * @param adjustment what keeps the errors over all statements in check
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
