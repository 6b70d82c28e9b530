package io.pigeonhole.jobs.configuration;

import io.pigeonhole.evaluation.comparison.ComparisonSpec;
import io.pigeonhole.evaluation.statistics.MultipleTesting;

/**
 * How model versions are compared; level, replicates, seed and minimum support are those of {@code evaluate}.
 *
 * @param split split of the version under comparison
 * @param baseSplit split of the base version; on the same split, examples are paired
 * @param margin largest absolute difference that counts as none
 * @param adjustment correction for multiple testing over all classes
 */
public record CompareConfig(String split, String baseSplit, double margin, MultipleTesting adjustment) {

    public CompareConfig {
        margin = spec(margin, adjustment).margin();
    }

    public ComparisonSpec spec() {
        return spec(margin, adjustment);
    }

    private static ComparisonSpec spec(double margin, MultipleTesting adjustment) {
        return new ComparisonSpec(margin, adjustment);
    }
}
