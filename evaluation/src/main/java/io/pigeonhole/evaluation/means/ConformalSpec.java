package io.pigeonhole.evaluation.means;

import io.pigeonhole.evaluation.settings.EvaluationErrors;

/**
 * How prediction sets are fitted.
 *
 * @param alpha share of the rows of a class whose set may miss it, such as 0.1
 * @param minimumRows rows that a class must have for a threshold of its own; the others share one
 */
public record ConformalSpec(double alpha, int minimumRows) {

    public ConformalSpec {
        if (!(alpha > 0 && alpha < 1)) {
            throw EvaluationErrors.badSetting(
                    "alpha", alpha, "it is the share of sets that may miss, between 0 and 1", "0.1 is usual");
        }
        if (minimumRows < 1) {
            throw EvaluationErrors.badSetting("minimum_rows", minimumRows, "it counts rows", "Give 1 or more");
        }
    }
}
