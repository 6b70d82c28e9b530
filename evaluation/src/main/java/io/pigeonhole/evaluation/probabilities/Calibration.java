package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.ReliabilityDiagram;
import java.io.Serializable;

/**
 * How far the probability of one class can be believed, over bins of equal width; each figure is off by at most the largest
 * probability that rows leave out.
 *
 * @param error mean gap between probability and share of rows of the class: its part of the classwise calibration error
 * @param reliability mean squared gap
 * @param resolution see {@link ReliabilityDiagram}: how far probabilities tell rows of the class from others
 * @param uncertainty variance of whether a row is of the class
 */
public record Calibration(Estimate error, Estimate reliability, Estimate resolution, Estimate uncertainty)
        implements Serializable {}
