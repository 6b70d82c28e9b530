package io.pigeonhole.evaluation.comparison;

import io.pigeonhole.evaluation.settings.EvaluationErrors;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.MultipleTesting;
import java.io.Serializable;

/**
 * How two sets of predictions are compared; level, replicates, seed and minimum support are those of the {@link
 * EvaluationSpec}.
 *
 * @param margin a difference whose interval lies within plus and minus the margin counts as none
 * @param adjustment for the number of classes and metrics tested
 */
public record ComparisonSpec(double margin, MultipleTesting adjustment) implements Serializable {

    public ComparisonSpec {
        if (!(margin >= 0 && margin < 1)) {
            throw EvaluationErrors.badSetting(
                    "margin", margin, "it is a difference of rates, from 0 to below 1", "0.01 to 0.02 are usual");
        }
    }
}
