package io.pigeonhole.deep.learning;

import java.io.Serializable;

/**
 * Figures of a round of a training.
 *
 * @param round from 1 on
 * @param epoch epochs done by its end
 * @param learningRate of its last step
 * @param loss mean over its steps and tasks
 * @param validationRows rows that its outcome was judged by; 0 where it was not
 * @param validationLoss mean negative log of the true classes' probabilities there
 * @param validationAccuracy share of right decisions there
 * @param best whether no round judged before was better
 * @param examplesPerSecond rows learnt from, by wall clock
 * @param bytes sent between tasks and driver, both ways
 * @param seconds since training began
 */
public record Round(
        int round,
        double epoch,
        double learningRate,
        double loss,
        long validationRows,
        double validationLoss,
        double validationAccuracy,
        boolean best,
        double examplesPerSecond,
        long bytes,
        double seconds)
        implements Serializable {}
