package io.pigeonhole.deep.learning;

import io.pigeonhole.deep.devices.Device;
import io.pigeonhole.deep.network.Gradients;
import io.pigeonhole.deep.network.Mixing;
import io.pigeonhole.deep.network.Network;
import io.pigeonhole.deep.network.NetworkPlan;
import java.io.Serializable;
import java.util.BitSet;

/**
 * The steps that a task takes by itself.
 *
 * @param plan of the network
 * @param options how it learns
 * @param steps how steps go through the rows
 * @param device what to compute them on
 */
public record LocalSteps(NetworkPlan plan, LearningOptions options, StepPlan steps, Device device)
        implements Serializable {

    /**
     * The result of a task's round.
     *
     * @param difference its own; after adding up, the first outcome of a group has the sum of the group
     * @param sent bytes that took
     * @param loss summed over the steps
     * @param failedAt the step whose loss was no number; -1 where all were
     * @param problem an error that the user must fix; empty if there is none
     */
    record Outcome(int task, Difference difference, long sent, double loss, long steps, long failedAt, String problem)
            implements Serializable {

        /** A task that could take no steps. */
        static Outcome failed(int task, String problem) {
            return new Outcome(task, NOTHING, 0, 0, 0, -1, problem);
        }

        Outcome withSum(Difference sum) {
            return new Outcome(task, sum, sent + sum.bytes(), loss, steps, failedAt, problem);
        }
    }

    /**
     * Takes the steps of a round.
     *
     * @param start the common parameters
     * @param state of the task; changed by the steps
     */
    Outcome run(Network network, Shard shard, int task, int round, float[] start, TaskState state) {
        float[] parameters = start.clone();
        BitSet touched = new BitSet();
        double loss = 0;
        int[] order = {};
        long orderOf = -1;
        for (long step = steps.firstStep(round); step < steps.endStep(round); step++) {
            long epoch = step / steps.stepsPerEpoch();
            if (epoch != orderOf) {
                order = Mixing.permutation(shard.rows().size(), steps.orderSeed(task, epoch));
                orderOf = epoch;
            }
            int from = (int) (step % steps.stepsPerEpoch()) * steps.batchSize();
            network.load(parameters);
            Network.Step taken = network.gradient(
                    shard.batch(order, from, steps.batchSize()), options.labelSmoothing(), steps.drawSeed(task, step));
            if (!Double.isFinite(taken.loss())) {
                return new Outcome(task, NOTHING, 0, loss, step - steps.firstStep(round), step, "");
            }
            loss += taken.loss();
            Gradients gradients = taken.gradients();
            gradients.clip(options.clipNorm(), network.kinds());
            state.optimizer().step(parameters, gradients, network.kinds(), options.rate(step, steps.steps()));
            for (int slot = 0; slot < gradients.table().size(); slot++) {
                touched.set(gradients.table().row(slot));
            }
        }
        Difference difference = Difference.of(
                start,
                parameters,
                state.residual(),
                network.denseSize(),
                plan.tableWidth(),
                touched,
                options.compression());
        return new Outcome(
                task, difference, difference.bytes(), loss, steps.endStep(round) - steps.firstStep(round), -1, "");
    }

    static final Difference NOTHING = new Difference(new int[0], new byte[0], Compression.NONE);
}
