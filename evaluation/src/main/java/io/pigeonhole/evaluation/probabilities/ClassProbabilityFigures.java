package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How good the probability of one class is, one class against the rest, over all rows of a scope. Probabilities that
 * rows do not list count as 0 and as tied; the last two figures bound the error of the others that this causes.
 *
 * @param estimates the metrics that are defined. The Brier score is off by at most twice {@code unlistedProbability},
 *     the metrics of bins by at most that; for the others see {@code unlistedPositives}
 * @param calibrated whether {@code unlistedProbability} lies within the lowest bin; without that there is no metric of
 *     bins
 * @param unlistedPositives share of the rows of the class whose probability of it cannot be distinguished from those
 *     left out: the area is off by at most half of it, average precision by at most all of it
 * @param unlistedProbability largest probability that a row may leave out
 */
public record ClassProbabilityFigures(
        EvaluationKey key,
        String label,
        Map<ClassProbabilityMetric, Estimate> estimates,
        boolean calibrated,
        double unlistedPositives,
        double unlistedProbability)
        implements ScoreResult {

    public ClassProbabilityFigures {
        Map<ClassProbabilityMetric, Estimate> copy = new EnumMap<>(ClassProbabilityMetric.class);
        copy.putAll(estimates);
        estimates = Collections.unmodifiableMap(copy);
    }

    /** The metric with its interval; null where it is not defined. */
    public @Nullable Estimate estimate(ClassProbabilityMetric metric) {
        return estimates.get(metric);
    }

    OptionalDouble value(ClassProbabilityMetric metric) {
        Estimate estimate = estimates.get(metric);
        return estimate == null ? OptionalDouble.empty() : OptionalDouble.of(estimate.value());
    }
}
