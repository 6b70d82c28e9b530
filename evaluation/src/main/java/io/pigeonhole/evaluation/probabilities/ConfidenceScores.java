package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.IntervalMethod;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.EvaluationSummary;

/**
 * The calibration error of the confidence in its worst bin of equal width.
 *
 * @param rows decisions with a confidence
 * @param maximum M. P. Naeini, G. F. Cooper and M. Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
 *     binning", AAAI 2015: the largest gap of a bin, among those of sufficient support
 */
record ConfidenceScores(EvaluationKey key, long rows, Estimate maximum) implements ScoreResult {

    EvaluationSummary summary(long minimumSupport) {
        return new EvaluationSummary(
                key, "maximum_calibration_error", maximum, rows, IntervalMethod.BIAS_CORRECTED, rows >= minimumSupport);
    }
}
