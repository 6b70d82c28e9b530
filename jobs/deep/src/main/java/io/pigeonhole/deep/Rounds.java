package io.pigeonhole.deep;

import io.pigeonhole.deep.Workers.StateKey;
import io.pigeonhole.transforms.PipelineException;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * A training round by round: tasks take their steps from common parameters, side by side in a barrier stage; the mean of
 * their ways, with the momentum of earlier rounds, moves these on (local steps with an outer optimiser, as in Douillard et
 * al. 2023, "DiLoCo"). With one local step of plain gradient descent that is synchronous data parallelism. What a task
 * remembers stays in its process; where that is lost, all go back to the latest checkpoint, or to the beginning.
 */
final class Rounds {

    private static final int ATTEMPTS = 3;

    private final TrainingExamples examples;
    private final LocalSteps local;
    private final Stopping stopping;
    private final Optional<Checkpoints> checkpoints;
    private final RoundListener listener;
    private final int tasks;
    private final String training;
    private final JavaSparkContext context;

    /**
     * When to stop before the epochs are over.
     *
     * @param metric {@code accuracy} or {@code log_loss}, on validation
     * @param patience judgements without a better one after which training ends; 0 for never
     */
    record Stopping(String metric, int patience) {}

    Rounds(
            TrainingExamples examples,
            LocalSteps local,
            Stopping stopping,
            Optional<Checkpoints> checkpoints,
            RoundListener listener) {
        this.examples = examples;
        this.local = local;
        this.stopping = stopping;
        this.checkpoints = checkpoints;
        this.listener = listener;
        this.tasks = examples.train().getNumPartitions();
        this.training = Long.toHexString(System.identityHashCode(this)) + "-" + System.nanoTime();
        this.context = JavaSparkContext.fromSparkContext(examples.train().context());
    }

    /** A task's process no longer has what the task remembered. */
    static final class StateLostException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StateLostException(StateKey key) {
            super("the state of task " + key.task() + " before round " + (key.round() + 1) + " is not in this process");
        }
    }

    /** Trains to the end. */
    Progress run() {
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(attempt);
            } catch (RuntimeException e) {
                if (attempt == ATTEMPTS || !isLoss(e)) {
                    throw e;
                }
                listener.note("a process was lost; going back to "
                        + checkpoints
                                .flatMap(Checkpoints::latest)
                                .map(round -> "the checkpoint of round " + round)
                                .orElse("the beginning, as there is no checkpoint"));
            }
        }
    }

    private static boolean isLoss(Throwable e) {
        String message = String.valueOf(e.getMessage());
        return message.contains(StateLostException.class.getSimpleName()) || message.contains("ExecutorLostFailure");
    }

    private Progress attempt(int attempt) {
        Network network = new Network(local.plan());
        Optional<Integer> done = checkpoints.flatMap(Checkpoints::latest);
        Progress progress = done.map(round -> checkpoints.orElseThrow().readCommon(round, Progress::read))
                .orElseGet(() -> Progress.initial(network.initial()));
        done.ifPresent(round -> listener.note("going on after round " + round));
        String key = training + "/" + attempt;
        int first = progress.round;
        Clock clock = new Clock(progress.seconds());
        StepPlan steps = local.steps();
        try {
            while (progress.round < steps.rounds() && !progress.isOver(stopping.patience())) {
                long began = System.nanoTime();
                int round = progress.round;
                List<LocalSteps.Outcome> outcomes = step(progress.parameters, key, round, first);
                requireFinite(outcomes, progress);
                long bytes = average(progress, network, outcomes);
                boolean judged = steps.endsEpoch(round) || round == steps.rounds() - 1;
                Judgement judgement = judged ? judge(progress.parameters) : Judgement.NONE;
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
                checkpoints.ifPresent(files -> files.writeCommon(progress.round, progress::write));
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

    private List<LocalSteps.Outcome> step(float[] parameters, String key, int round, int first) {
        Broadcast<float[]> shared = context.broadcast(parameters);
        try {
            TaskRound task = new TaskRound(local, shared, key, round, first, checkpoints.orElse(NO_CHECKPOINTS));
            JavaRDD<Shard> shards = examples.train();
            if (slots() < tasks) {
                return shards.map(task::run).collect();
            }
            return shards.rdd()
                    .barrier()
                    .mapPartitions(new InBarrier(task), false, ClassTag$.MODULE$.apply(LocalSteps.Outcome.class))
                    .toJavaRDD()
                    .collect();
        } finally {
            shared.destroy();
        }
    }

    private static final Checkpoints NO_CHECKPOINTS = new Checkpoints("", 0);

    /** Tasks that can run at the same time; a barrier stage needs them all to. */
    private int slots() {
        int perTask = Integer.parseInt(context.getConf().get("spark.task.cpus", "1"));
        return context.defaultParallelism() / perTask;
    }

    /** For a barrier stage, which Spark offers to Scala alone. */
    private static final class InBarrier
            extends AbstractFunction1<scala.collection.Iterator<Shard>, scala.collection.Iterator<LocalSteps.Outcome>>
            implements Serializable {

        private static final long serialVersionUID = 1L;
        private final TaskRound task;

        InBarrier(TaskRound task) {
            this.task = task;
        }

        @Override
        public scala.collection.Iterator<LocalSteps.Outcome> apply(scala.collection.Iterator<Shard> shards) {
            return CollectionConverters.asScala(List.of(task.run(shards.next())).iterator());
        }
    }

    /**
     * A round of one task.
     *
     * @param key of this training and attempt
     * @param first the round that the attempt began with
     */
    private record TaskRound(
            LocalSteps local, Broadcast<float[]> shared, String key, int round, int first, Checkpoints checkpoints)
            implements Serializable {

        LocalSteps.Outcome run(Shard shard) {
            int task = TaskContext.getPartitionId();
            return Workers.withNetwork(local.plan(), () -> new Network(local.plan()), network -> {
                TaskState state = state(task, network.size());
                LocalSteps.Outcome outcome = local.run(network, shard, task, round, shared.value(), state);
                Workers.keep(new StateKey(key, task, round + 1), state);
                if (!checkpoints.folder().isEmpty()) {
                    checkpoints.writeTask(round + 1, task, state::write);
                }
                return outcome;
            });
        }

        private TaskState state(int task, int size) {
            StateKey wanted = new StateKey(key, task, round);
            Optional<TaskState> kept = Workers.state(wanted);
            if (kept.isPresent()) {
                return kept.get().copy(local.options());
            } else if (round == 0) {
                return TaskState.initial(local.options(), size);
            } else if (round == first) {
                return checkpoints.readTask(round, task, in -> TaskState.read(in, local.options()));
            }
            throw new StateLostException(wanted);
        }
    }

    private void requireFinite(List<LocalSteps.Outcome> outcomes, Progress progress) {
        for (LocalSteps.Outcome outcome : outcomes) {
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
                                .filter(files -> progress.round > 0)
                                .map(files -> "the checkpoint " + files.round(progress.round))
                                .orElse("not kept, as there is no checkpoint")));
            }
        }
    }

    /** Moves the common parameters; the bytes that were sent. */
    private long average(Progress progress, Network network, List<LocalSteps.Outcome> outcomes) {
        float[] parameters = progress.parameters;
        float[] mean = new float[parameters.length];
        long bytes = 4L * parameters.length * tasks;
        for (LocalSteps.Outcome outcome : outcomes) {
            outcome.difference().addTo(mean, network.denseSize(), local.plan().tableWidth(), 1f / outcomes.size());
            bytes += outcome.difference().bytes();
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

    private Judgement judge(float[] parameters) {
        Broadcast<float[]> shared = context.broadcast(parameters);
        NetworkPlan plan = local.plan();
        try {
            return examples
                    .validation()
                    .map(shard -> Workers.withNetwork(
                            plan,
                            () -> new Network(plan),
                            network -> Judgement.of(network, plan, shard, shared.value())))
                    .collect()
                    .stream()
                    .reduce(Judgement.NONE, Judgement::plus);
        } finally {
            shared.destroy();
        }
    }

    /** In this process and, as far as tasks reach them, in the others. */
    private void forget(String key) {
        NetworkPlan plan = local.plan();
        Workers.forgetStates(key);
        Workers.forgetNetworks(plan);
        context.parallelize(Collections.nCopies(tasks, 0), tasks).foreach(task -> {
            Workers.forgetStates(key);
            Workers.forgetNetworks(plan);
        });
    }
}
