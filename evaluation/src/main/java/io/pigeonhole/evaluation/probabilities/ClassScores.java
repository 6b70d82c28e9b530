package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How good the probability of one class is, one against the rest, over all rows of a scope. What the rows leave out of
 * their lists counts as 0 and as tied; the last two figures say how far that may carry the others.
 *
 * @param area under the ROC curve; null without rows of the class or without others
 * @param precision average precision; null without rows of the class
 * @param brier mean squared difference between the probability and whether the row belongs to the class; off by at most
 *     twice {@code unlistedProbability}
 * @param calibration null where {@code unlistedProbability} exceeds the first bin
 * @param unlistedPositives share of the rows of the class whose probability of it cannot be told from ones left out: the
 *     area is off by at most half of it, average precision by at most all of it
 * @param unlistedProbability largest probability that a row may leave out
 */
public record ClassScores(
        EvaluationKey key,
        String label,
        @Nullable Estimate area,
        @Nullable Estimate precision,
        Estimate brier,
        @Nullable Calibration calibration,
        double unlistedPositives,
        double unlistedProbability)
        implements ScoreResult {

    OptionalDouble rocAuc() {
        return area == null ? OptionalDouble.empty() : OptionalDouble.of(area.value());
    }

    OptionalDouble averagePrecision() {
        return precision == null ? OptionalDouble.empty() : OptionalDouble.of(precision.value());
    }
}
