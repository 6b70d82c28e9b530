package io.pigeonhole.deep.learning;

import io.pigeonhole.deep.devices.Device;
import io.pigeonhole.deep.devices.Devices;
import io.pigeonhole.deep.devices.OffHeap;
import io.pigeonhole.deep.network.Network;
import io.pigeonhole.deep.network.NetworkPlan;
import io.pigeonhole.deep.network.NetworkPool;
import io.pigeonhole.deep.network.ParameterKind;
import io.pigeonhole.transforms.PipelineException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;

/**
 * A training round by round. Tasks take their steps from common parameters, at the same time in a barrier stage. The mean of
 * their updates, with the momentum of earlier rounds, then changes the common parameters (local steps with an outer
 * optimiser, as in Douillard et al. 2023, "DiLoCo"). With one local step of plain gradient descent this is synchronous data
 * parallelism. The state of a task stays in its process, and in checkpoints if there are any. A task whose process is lost
 * reads its state from the checkpoint of the round before; without that checkpoint, all tasks go back to the latest one, or to
 * the beginning. In both cases the model is the same to the last bit.
 */
public final class Rounds {

    /** Lost processes in a row, without a new round between them, after which training fails. */
    private static final int LOSSES = 3;

    private final TrainingExamples examples;
    private final LocalSteps local;
    private final Stopping stopping;
    private final Optional<Checkpoints> checkpoints;
    private final int checkpointInterval;
    private final RoundListener listener;
    private final int tasks;
    private final String training;
    private final JavaSparkContext context;
    private int furthest;

    public Rounds(
            TrainingExamples examples,
            LocalSteps local,
            Stopping stopping,
            Optional<Checkpoints> checkpoints,
            int checkpointInterval,
            RoundListener listener) {
        this.examples = examples;
        this.local = local;
        this.stopping = stopping;
        this.checkpoints = checkpoints;
        this.checkpointInterval = checkpointInterval;
        this.listener = listener;
        this.tasks = examples.train().getNumPartitions();
        this.training = Long.toHexString(System.identityHashCode(this)) + "-" + System.nanoTime();
        this.context = JavaSparkContext.fromSparkContext(examples.train().context());
    }

    /** Trains to the end. */
    public TrainingState run() {
        int losses = 0;
        for (int attempt = 1; ; attempt++) {
            int before = furthest;
            try {
                return attempt(attempt);
            } catch (Exception e) { // Spark's are checked ones, which its methods do not declare
                losses = furthest > before ? 1 : losses + 1;
                if (losses == LOSSES || !BarrierTasks.isLoss(e)) {
                    throw e;
                }
                listener.note("a process was lost; going back to "
                        + checkpoints
                                .flatMap(Checkpoints::latest)
                                .map(round -> "the checkpoint of round " + round)
                                .orElse("the beginning, as there is no checkpoint"));
                BarrierTasks.awaitSlots(examples.train());
                // to be cached where tasks run from now on
                examples.train().unpersist(true);
                examples.train().persist(StorageLevel.MEMORY_AND_DISK());
            }
        }
    }

    /** Chooses what tasks compute on, or fails if that is not what the settings ask for. */
    private void chooseDevices() {
        Device wanted = local.device();
        boolean oneProcess = Devices.isOneProcess();
        // the driver of a cluster has hardly anything to compute
        Devices.choose(oneProcess ? wanted : Device.CPU);
        List<Devices.Choice> choices =
                examples.train().map(shard -> Devices.choose(wanted)).collect();
        for (Devices.Choice choice : Set.copyOf(choices)) {
            choice.require(wanted);
            if (!oneProcess && choice.hasCuda()) {
                listener.note(choice.toString());
            }
        }
    }

    private TrainingState attempt(int attempt) {
        chooseDevices();
        Network network = OffHeap.explained(() -> new Network(local.plan()));
        Optional<Integer> done = checkpoints.flatMap(Checkpoints::latest);
        TrainingState progress = done.map(round -> checkpoints.orElseThrow().readCommon(round, TrainingState::read))
                .orElseGet(() -> TrainingState.initial(network.initial()));
        done.ifPresent(round -> listener.note("going on after round " + round));
        String key = training + "/" + attempt;
        Clock clock = new Clock(progress.seconds());
        CheckpointTimes times = new CheckpointTimes(checkpointInterval);
        int checkpoint = progress.round;
        StepPlan steps = local.steps();
        try {
            while (progress.round < steps.rounds() && !progress.isOver(stopping.patience())) {
                long began = System.nanoTime();
                int round = progress.round;
                boolean due = checkpoints.isPresent() && times.isDue(round + 1, steps.rounds());
                List<LocalSteps.Outcome> outcomes = step(progress.parameters, key, round, checkpoint, due);
                requireDone(outcomes, progress);
                long bytes = average(progress, network, outcomes);
                boolean judged = steps.endsEpoch(round) || round == steps.rounds() - 1;
                ValidationResult judgement = judged ? judge(progress.parameters) : ValidationResult.NONE;
                boolean best = judgement.rows() > 0 && progress.judge(judgement, stopping.metric());
                double loss = outcomes.stream()
                                .mapToDouble(LocalSteps.Outcome::loss)
                                .sum()
                        / outcomes.stream().mapToLong(LocalSteps.Outcome::steps).sum();
                long learnt = outcomes.get(0).steps() * steps.batchSize() * tasks;
                progress.add(new Round(
                        round + 1,
                        steps.epochs(round),
                        local.options().rate(steps.endStep(round) - 1, steps.steps()),
                        loss,
                        judgement.rows(),
                        judgement.meanLoss(),
                        judgement.accuracy(),
                        best,
                        learnt / ((System.nanoTime() - began) / 1e9),
                        bytes,
                        clock.seconds()));
                if (due) {
                    times.write(() -> checkpoints.orElseThrow().writeCommon(progress.round, progress::write));
                    checkpoint = progress.round;
                }
                furthest = Math.max(furthest, progress.round);
                listener.done(progress.rounds.get(progress.rounds.size() - 1), steps.rounds());
            }
            return progress;
        } finally {
            forget(key);
        }
    }

    /** Seconds of all attempts. */
    private static final class Clock {
        private final double before;
        private final long began = System.nanoTime();

        Clock(double before) {
            this.before = before;
        }

        double seconds() {
            return before + (System.nanoTime() - began) / 1e9;
        }
    }

    private List<LocalSteps.Outcome> step(float[] parameters, String key, int round, int checkpoint, boolean due) {
        Broadcast<float[]> shared = context.broadcast(parameters);
        int width = local.plan().tableWidth();
        int size = parameters.length - local.plan().tableSize();
        try {
            TaskRound task =
                    new TaskRound(local, shared, key, round, checkpoints.orElse(NO_CHECKPOINTS), checkpoint, due);
            return BarrierTasks.run(
                    examples.train(), task::run, outcomes -> GroupSums.byGroups(outcomes, tasks, size, width));
        } finally {
            shared.destroy();
        }
    }

    private static final Checkpoints NO_CHECKPOINTS = new Checkpoints("", 0);

    private void requireDone(List<LocalSteps.Outcome> outcomes, TrainingState progress) {
        for (LocalSteps.Outcome outcome : outcomes) {
            if (!outcome.problem().isEmpty()) {
                throw PipelineException.configuration(outcome.problem());
            }
            if (outcome.failedAt() >= 0) {
                throw PipelineException.configuration(String.format(
                        Locale.ROOT,
                        "The loss is no longer a number in round %d of %d (step %d of task %d, learning rate %.3g)."
                                + " The last good state is %s. Lower learning_rate, set clip_norm, or look for extreme"
                                + " values in the features.",
                        progress.round + 1,
                        local.steps().rounds(),
                        outcome.failedAt() + 1,
                        outcome.task(),
                        local.options().rate(outcome.failedAt(), local.steps().steps()),
                        checkpoints
                                .flatMap(files -> files.latest().map(files::round))
                                .map(path -> "the checkpoint " + path)
                                .orElse("not kept, as there is no checkpoint")));
            }
        }
    }

    /** Moves the common parameters; the bytes that were sent. */
    private long average(TrainingState progress, Network network, List<LocalSteps.Outcome> outcomes) {
        float[] parameters = progress.parameters;
        float[] mean = new float[parameters.length];
        long bytes = 4L * parameters.length * tasks;
        for (LocalSteps.Outcome outcome : outcomes) {
            outcome.difference().addTo(mean, network.denseSize(), local.plan().tableWidth(), 1f / outcomes.size());
            bytes += outcome.sent();
        }
        float rate = (float) local.options().outerLearningRate();
        float momentum = (float) local.options().outerMomentum();
        if (momentum > 0 && progress.momentum.length == 0) {
            progress.momentum = new float[parameters.length];
        }
        for (int i = 0; i < parameters.length; i++) {
            if (i < network.denseSize() && network.kinds()[i] == ParameterKind.STATISTIC) {
                parameters[i] -= mean[i];
            } else if (momentum > 0) {
                progress.momentum[i] = momentum * progress.momentum[i] + mean[i];
                parameters[i] -= rate * (momentum * progress.momentum[i] + mean[i]);
            } else {
                parameters[i] -= rate * mean[i];
            }
        }
        return bytes;
    }

    private ValidationResult judge(float[] parameters) {
        Broadcast<float[]> shared = context.broadcast(parameters);
        NetworkPlan plan = local.plan();
        try {
            return examples
                    .validation()
                    .map(shard -> NetworkPool.use(
                            plan,
                            () -> new Network(plan),
                            network -> ValidationResult.of(network, plan, shard, shared.value())))
                    .collect()
                    .stream()
                    .reduce(ValidationResult.NONE, ValidationResult::plus);
        } finally {
            shared.destroy();
        }
    }

    /** In this process and, where tasks run there, in the others. */
    private void forget(String key) {
        NetworkPlan plan = local.plan();
        TaskStates.forget(key);
        NetworkPool.forget(plan);
        try {
            context.parallelize(Collections.nCopies(tasks, 0), tasks).foreach(task -> {
                TaskStates.forget(key);
                NetworkPool.forget(plan);
            });
        } catch (Exception e) { // not in place of what the training ended with
            listener.note("what processes remember of the training is not removed: " + e.getMessage());
        }
    }
}
