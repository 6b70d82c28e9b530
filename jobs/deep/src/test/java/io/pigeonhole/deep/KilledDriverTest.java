package io.pigeonhole.deep;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.deep.learning.CheckpointSettings;
import io.pigeonhole.deep.learning.Compression;
import io.pigeonhole.deep.learning.Round;
import io.pigeonhole.deep.learning.RoundListener;
import io.pigeonhole.deep.learning.RoundsTest;
import io.pigeonhole.transforms.SparkTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training whose process is killed from outside goes on in another one. */
class KilledDriverTest extends SparkTest {

    private static final int ROUND = 4;
    private static final long PATIENCE_SECONDS = 120;

    private static DeepClassifier classifier(String checkpoints) {
        return RoundsTest.settings()
                .epochs(14)
                .compression(Compression.INT8)
                .checkpoints(new CheckpointSettings(checkpoints, 1))
                .classifier();
    }

    /** The training that is killed. */
    public static void main(String[] arguments) {
        classifier(arguments[0]).fit(RoundsTest.data());
    }

    @Test
    void itGoesOnAfterTheLastCheckpointAndEndsAsIfNothingHadHappened(@TempDir Path folder) throws Exception {
        Path checkpoints = folder.resolve("checkpoints");
        killInRound(checkpoints, folder.resolve("output"));
        int left = latestRound(checkpoints);
        List<String> notes = new ArrayList<>();
        List<Integer> done = new ArrayList<>();
        DeepModel resumed = classifier(checkpoints.toString())
                .listen(new Listener(notes, done))
                .fit(RoundsTest.data());
        assertThat(notes).containsExactly("going on after round " + left);
        assertThat(done).first().isEqualTo(left + 1);
        assertThat(resumed.fingerprint())
                .isEqualTo(classifier("").fit(RoundsTest.data()).fingerprint());
    }

    private record Listener(List<String> notes, List<Integer> done) implements RoundListener {
        @Override
        public void done(Round round, int rounds) {
            done.add(round.round());
        }

        @Override
        public void note(String message) {
            notes.add(message);
        }
    }

    private static void killInRound(Path checkpoints, Path output) throws Exception {
        Process process =
                TestProcess.start(output, List.of("-Xmx480m"), KilledDriverTest.class, checkpoints.toString());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try {
            while (latestRound(checkpoints) < ROUND) {
                assertThat(process.isAlive() && System.nanoTime() < deadline)
                        .as(() -> "the training has not come to round " + ROUND + ":\n" + TestProcess.read(output))
                        .isTrue();
                Thread.sleep(2);
            }
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    /** The latest round that is whole; 0 where none is. */
    private static int latestRound(Path checkpoints) {
        try (Stream<Path> files = Files.walk(checkpoints)) {
            return files.filter(file -> file.endsWith("common"))
                    .mapToInt(file -> Integer.parseInt(
                            file.getParent().getFileName().toString().substring("round-".length())))
                    .max()
                    .orElse(0);
        } catch (IOException | UncheckedIOException e) {
            return 0; // not there yet, or removed meanwhile
        }
    }
}
