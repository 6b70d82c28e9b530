package io.pigeonhole.evaluation.drift;

import io.pigeonhole.evaluation.settings.EvaluationErrors;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.MultipleTesting;
import java.io.Serializable;

/**
 * When predictions count as drifted; level and minimum support are those of the {@link EvaluationSpec}.
 *
 * @param margin a distance that exceeds the one expected by chance by no more than this is no drift
 * @param adjustment for the number of tests: of the two distances, and of the shares of all classes
 */
public record DriftSpec(double margin, MultipleTesting adjustment) implements Serializable {

    public DriftSpec {
        if (!(margin >= 0 && margin < 1)) {
            throw EvaluationErrors.badSetting(
                    "drift margin", margin, "it is a distance of two distributions, from 0 to below 1", "0.1 is usual");
        }
    }
}
