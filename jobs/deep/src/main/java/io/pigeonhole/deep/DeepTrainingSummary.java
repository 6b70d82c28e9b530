package io.pigeonhole.deep;

import io.pigeonhole.deep.learning.Round;
import java.io.Serializable;
import java.util.List;

/**
 * Figures of a training.
 *
 * @param rows training rows
 * @param parameters of the network
 * @param tasks that learnt side by side
 * @param rounds all, in their order
 * @param bestRound the one whose parameters became the model, from 1 on
 * @param stoppedEarly whether patience ran out before the epochs did
 */
public record DeepTrainingSummary(
        long rows, int parameters, int tasks, List<Round> rounds, int bestRound, boolean stoppedEarly)
        implements Serializable {
    public DeepTrainingSummary {
        rounds = List.copyOf(rounds);
    }
}
