package io.pigeonhole.deep.learning;

import io.pigeonhole.deep.devices.Devices;
import io.pigeonhole.deep.network.Network;
import io.pigeonhole.deep.network.NetworkPool;
import io.pigeonhole.transforms.PipelineException;
import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * A round of one task.
 *
 * @param shared the common parameters
 * @param key of this training and attempt
 * @param checkpoints with the states of tasks; without a folder if there are none
 * @param checkpoint the latest round that has one; 0 if none has
 * @param due whether to write one after this round
 */
record TaskRound(
        LocalSteps local,
        Broadcast<float[]> shared,
        String key,
        int round,
        Checkpoints checkpoints,
        int checkpoint,
        boolean due)
        implements Serializable {

    /** Errors that the user must fix are returned as an outcome: a barrier stage keeps only the text of an exception. */
    LocalSteps.Outcome run(Shard shard) {
        int task = TaskContext.getPartitionId();
        try {
            Devices.choose(local.device()).require(local.device());
            return run(shard, task);
        } catch (PipelineException e) {
            return LocalSteps.Outcome.failed(task, String.valueOf(e.getMessage()));
        }
    }

    private LocalSteps.Outcome run(Shard shard, int task) {
        return NetworkPool.use(local.plan(), () -> new Network(local.plan()), network -> {
            TaskState state = state(task, network.size());
            LocalSteps.Outcome outcome = local.run(network, shard, task, round, shared.value(), state);
            TaskStates.keep(new TaskStates.Key(key, task, round + 1), state);
            if (due) {
                checkpoints.writeTask(round + 1, task, state::write);
            }
            return outcome;
        });
    }

    private TaskState state(int task, int size) {
        TaskStates.Key wanted = new TaskStates.Key(key, task, round);
        Optional<TaskState> kept = TaskStates.find(wanted);
        if (kept.isPresent()) {
            return kept.get().copy(local.options());
        } else if (round == 0) {
            return TaskState.initial(local.options(), size);
        } else if (checkpoint == round) {
            return checkpoints.readTask(round, task, in -> TaskState.read(in, local.options()));
        }
        throw new BarrierTasks.ProcessLostException(
                "the state of task " + task + " before round " + (round + 1) + " is not in this process");
    }
}
