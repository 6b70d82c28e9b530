package io.pigeonhole.evaluation;

import org.jspecify.annotations.Nullable;

/**
 * How far the confidence of decisions can be believed, over bins of equal width.
 *
 * @param rows decisions with a confidence
 * @param expected C. Guo et al., "On calibration of modern neural networks", ICML 2017, equation 3
 * @param maximum M. P. Naeini, G. F. Cooper and M. Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
 *     binning", AAAI 2015: the largest gap of a bin, among those of sufficient support; null without one
 */
record ConfidenceScores(
        EvaluationKey key,
        long rows,
        Estimate expected,
        @Nullable Estimate maximum) implements ScoreResult {}
