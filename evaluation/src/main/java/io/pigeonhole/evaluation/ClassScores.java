package io.pigeonhole.evaluation;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How good the probability of one class is, one against the rest, over all rows of a split. What the rows leave out of
 * their lists counts as 0 and as tied; the last two figures say how far that may carry the others.
 *
 * @param rocAuc null without rows of the class or without others
 * @param averagePrecision null without rows of the class
 * @param brier mean squared difference between the probability and whether the row belongs to the class; off by at most
 *     twice {@code unlistedProbability}
 * @param calibrationError the class's part of the classwise calibration error (M. Kull et al., "Beyond temperature
 *     scaling", NeurIPS 2019): over equal-width bins of the class's probability, the mean gap between probability and share
 *     of rows of the class; off by at most {@code unlistedProbability}; null where that exceeds the first bin
 * @param unlistedPositives share of the rows of the class whose probability of it cannot be told from ones left out: rocAuc
 *     is off by at most half of it, averagePrecision by at most all of it
 * @param unlistedProbability largest probability that a row may leave out
 */
public record ClassScores(
        @Nullable Estimate rocAuc,
        @Nullable Estimate averagePrecision,
        Estimate brier,
        @Nullable Estimate calibrationError,
        double unlistedPositives,
        double unlistedProbability)
        implements Serializable {}
