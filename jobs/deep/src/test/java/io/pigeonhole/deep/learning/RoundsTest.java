package io.pigeonhole.deep.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.deep.DeepClassifier;
import io.pigeonhole.deep.DeepModel;
import io.pigeonhole.deep.DeepTrainingSummary;
import io.pigeonhole.deep.Samples;
import io.pigeonhole.deep.TestSettings;
import io.pigeonhole.deep.devices.Device;
import io.pigeonhole.deep.network.Head;
import io.pigeonhole.deep.network.LabelledInput;
import io.pigeonhole.deep.network.Mixing;
import io.pigeonhole.deep.network.Network;
import io.pigeonhole.deep.network.NetworkPlan;
import io.pigeonhole.deep.network.NetworkSpec;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.SparkTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

public class RoundsTest extends SparkTest {

    private static final NetworkSpec SPEC = new NetworkSpec.Mlp(List.of(8), 0, false);
    private static final List<Row> ROWS = Samples.sparseRows(3, 130, 21);

    /** The training of {@link #settings} that nothing disturbs. */
    private static final class Undisturbed {
        private static final String FINGERPRINT =
                settings().classifier().fit(data()).fingerprint();
    }

    public static Dataset<Row> data() {
        return Samples.dataset(spark, ROWS);
    }

    public static TestSettings settings() {
        return new TestSettings()
                .network(new NetworkSpec.Mlp(List.of(8), 0.2, false))
                .localSteps(2);
    }

    private static CheckpointSettings each(int rounds, Path folder) {
        return new CheckpointSettings(folder.toString(), rounds);
    }

    /** The global mini-batch of a step is the union of the tasks'; those of 11 are added up in groups. */
    @ParameterizedTest
    @ValueSource(ints = {2, 11})
    void oneLocalStepOfGradientDescentIsTrainingInOneProcessOnTheGlobalMiniBatch(int tasks) {
        LearningOptions options = Samples.options("sgd", 0.3, 8, 1);
        try (TrainingExamples examples = examples(tasks)) {
            NetworkPlan plan = plan(examples);
            StepPlan steps = StepPlan.of(options, examples.facts().rows() / tasks);
            TrainingState parallel = rounds(examples, new LocalSteps(plan, options, steps, Device.AUTO))
                    .run();
            assertThat(parallel.rounds).hasSize((int) steps.steps());
            assertThat(parallel.parameters)
                    .containsExactly(inOneProcess(examples, plan, options, steps), within(1e-5f));
        }
    }

    private static float[] inOneProcess(
            TrainingExamples examples, NetworkPlan plan, LearningOptions options, StepPlan steps) {
        List<Shard> shards = examples.train().collect();
        Network network = new Network(plan);
        float[] parameters = network.initial();
        Optimizer optimizer = new Optimizer(options, network.size());
        for (long step = 0; step < steps.steps(); step++) {
            List<LabelledInput> batch = new ArrayList<>();
            for (int task = 0; task < shards.size(); task++) {
                Shard shard = shards.get(task);
                int[] order =
                        Mixing.permutation(shard.rows().size(), steps.orderSeed(task, step / steps.stepsPerEpoch()));
                int from = (int) (step % steps.stepsPerEpoch()) * steps.batchSize();
                batch.addAll(shard.batch(order, from, steps.batchSize()));
            }
            network.load(parameters);
            optimizer.step(
                    parameters, network.gradient(batch, 0, 1).gradients(), network.kinds(), options.learningRate());
        }
        return parameters;
    }

    private static TrainingExamples examples(int tasks) {
        return TrainingExamples.of(
                data().selectExpr("label", "features AS input", "1.0D AS weight", "array(label) AS path", "validation"),
                SPEC,
                tasks,
                counts -> Map.of());
    }

    private static NetworkPlan plan(TrainingExamples examples) {
        return new NetworkPlan(SPEC, true, examples.facts().dimension(), new Head.Softmax(3), 7);
    }

    private static Rounds rounds(TrainingExamples examples, LocalSteps local) {
        return new Rounds(examples, local, new Stopping("accuracy", 0), Optional.empty(), 0, (round, rounds) -> {});
    }

    @Test
    void fewerAveragesSendFewerBytes() {
        long often = bytes(1, Compression.NONE);
        assertThat(bytes(12, Compression.NONE))
                .as("a step of 12 is left in the last round")
                .isLessThan(often / 5);
        assertThat(bytes(1, Compression.INT8)).isLessThan(often * 8 / 10);
    }

    private static long bytes(int localSteps, Compression compression) {
        DeepClassifier classifier = settings()
                .batchSize(8)
                .localSteps(localSteps)
                .compression(compression)
                .classifier();
        DeepTrainingSummary summary = classifier.fit(data()).summary().orElseThrow();
        return summary.rounds().stream().mapToLong(Round::bytes).sum();
    }

    /** The listener fails after some rounds, as a driver that is killed. */
    @Test
    void aTrainingThatWasCutOffGoesOnFromItsCheckpointToTheSameBits(@TempDir Path folder) {
        String undisturbed = Undisturbed.FINGERPRINT;
        DeepClassifier cut = settings().checkpoints(each(1, folder)).classifier();
        cut.listen((round, rounds) -> {
            if (round.round() == 3) {
                throw new IllegalStateException("cut off");
            }
        });
        assertThatThrownBy(() -> cut.fit(data())).hasMessageContaining("cut off");
        List<Integer> done = new ArrayList<>();
        cut.listen((round, rounds) -> done.add(round.round()));
        DeepModel resumed = cut.fit(data());
        assertThat(done).first().isEqualTo(4);
        assertThat(resumed.fingerprint()).isEqualTo(undisturbed);
        assertThat(resumed.summary().orElseThrow().rounds()).hasSize(done.get(done.size() - 1));
    }

    /** What tasks remember is removed behind their backs after round 3, as if their process had been killed. */
    @Test
    void aLostProcessCostsTheRoundsSinceTheLastCheckpoint(@TempDir Path folder) {
        String undisturbed = Undisturbed.FINGERPRINT;
        Forgetting without = new Forgetting();
        assertThat(fingerprint(settings(), without)).isEqualTo(undisturbed);
        assertThat(without.notes).singleElement().asString().contains("going back to the beginning");
        Forgetting with = new Forgetting();
        assertThat(fingerprint(settings().checkpoints(each(1, folder.resolve("each"))), with))
                .isEqualTo(undisturbed);
        assertThat(with.notes).isEmpty();
        Forgetting rare = new Forgetting();
        assertThat(fingerprint(settings().checkpoints(each(2, folder.resolve("second"))), rare))
                .isEqualTo(undisturbed);
        assertThat(rare.notes).hasSize(2).first().asString().contains("going back to the checkpoint of round 2");
    }

    private static String fingerprint(TestSettings settings, RoundListener listener) {
        return settings.classifier().listen(listener).fit(data()).fingerprint();
    }

    private static final class Forgetting implements RoundListener {

        private static final long serialVersionUID = 1L;
        private final List<String> notes = new ArrayList<>();
        private boolean forgot;

        @Override
        public void done(Round round, int rounds) {
            if (round.round() == 3 && !forgot) {
                forgot = true;
                TaskStates.forget("");
            }
        }

        @Override
        public void note(String message) {
            notes.add(message);
        }
    }

    @Test
    void patienceEndsATrainingThatGetsNoBetter() {
        DeepClassifier classifier = settings().epochs(60).patience(2).classifier();
        DeepTrainingSummary summary = classifier.fit(data()).summary().orElseThrow();
        assertThat(summary.stoppedEarly()).isTrue();
        List<Round> judged = summary.rounds().stream()
                .filter(round -> round.validationRows() > 0)
                .toList();
        assertThat(judged.subList(judged.size() - 2, judged.size())).noneMatch(Round::best);
        assertThat(judged.get(judged.size() - 3).round()).isEqualTo(summary.bestRound());
    }

    @Test
    void aLossThatIsNoNumberStopsAndSaysWhereAndWhatIsLeft(@TempDir Path folder) {
        DeepClassifier wild = settings()
                .optimizer("sgd")
                .learningRate(1e30)
                .warmUp(0)
                .localSteps(1)
                .checkpoints(each(0, folder))
                .classifier();
        assertThatThrownBy(() -> wild.fit(data()))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("no longer a number in round")
                .hasMessageContaining("learning rate")
                .hasMessageContaining("round-");
    }
}
