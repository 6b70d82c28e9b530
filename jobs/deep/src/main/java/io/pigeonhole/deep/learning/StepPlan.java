package io.pigeonhole.deep.learning;

import io.pigeonhole.deep.network.Mixing;
import java.io.Serializable;

/**
 * How steps go through the rows: alike in all tasks, so that they end a round at the same time. Rows that do not fill a
 * mini-batch are left out of an epoch, other ones in each.
 *
 * @param batchSize rows of a mini-batch
 * @param stepsPerEpoch steps that each task takes in an epoch
 * @param steps steps of each task in all
 * @param localSteps steps of a round
 */
public record StepPlan(int batchSize, int stepsPerEpoch, long steps, int localSteps, long seed)
        implements Serializable {

    /**
     * The plan of a training.
     *
     * @param rows of the smallest shard
     */
    public static StepPlan of(LearningOptions options, long rows) {
        int batch = (int) Math.min(options.batchSize(), rows);
        int perEpoch = Math.toIntExact(rows / batch);
        return new StepPlan(batch, perEpoch, (long) perEpoch * options.epochs(), options.localSteps(), options.seed());
    }

    public int rounds() {
        return Math.toIntExact((steps + localSteps - 1) / localSteps);
    }

    long firstStep(int round) {
        return (long) round * localSteps;
    }

    /** Behind the last step of a round. */
    long endStep(int round) {
        return Math.min(steps, firstStep(round) + localSteps);
    }

    /** Whether an epoch ends in a round. */
    boolean endsEpoch(int round) {
        return endStep(round) / stepsPerEpoch > firstStep(round) / stepsPerEpoch;
    }

    /** Epochs done by the end of a round. */
    double epochs(int round) {
        return (double) endStep(round) / stepsPerEpoch;
    }

    long orderSeed(int task, long epoch) {
        return Mixing.mix(Mixing.mix(seed, task), epoch);
    }

    long drawSeed(int task, long step) {
        return Mixing.mix(Mixing.mix(~seed, task), step);
    }
}
