package io.pigeonhole.jobs.runs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.DeltaTest;
import io.pigeonhole.jobs.configuration.Settings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PhasesTest extends DeltaTest {

    /** Index of the column {@code phase}. */
    private static final int NAME = 3;

    /** Keeps the displayed lines. */
    private static final class Screen implements Progress {

        private final List<String> lines = new ArrayList<>();

        @Override
        public void phase(String name) {
            lines.add(name);
        }

        @Override
        public void update(String state) {
            lines.add(state);
        }

        @Override
        public void clear() {
            lines.clear();
        }
    }

    private static List<String> names(Phases phases) {
        phases.stop();
        RunRow run = new RunRow(
                "train-softmax-1",
                "train",
                "softmax",
                "tiny",
                new Identity(Settings.none(), List.of(), List.of()),
                "development",
                42,
                "running",
                Optional.empty(),
                Optional.empty(),
                Instant.EPOCH,
                Optional.empty());
        return phases.rows(run).stream().map((Row row) -> row.getString(NAME)).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pass 1, loss 0.31", "saving: soon", "reading the rows", ""})
    void rewordingAMessageChangesNoPhase(String message) {
        Phases phases = Phases.start(Optional.of(spark.sparkContext()), Progress.SILENT, "train softmax");

        phases.update(message);
        phases.phase("pass");
        phases.update(message);
        phases.phase("pass");
        phases.phase("saving");
        phases.update(message);

        assertThat(names(phases)).containsExactly("starting", "pass", "saving");
    }

    @Test
    void aPhaseThatIsEnteredAgainKeepsItsPlace() {
        Phases phases = Phases.start(Optional.of(spark.sparkContext()), Progress.SILENT, "extract");

        phases.phase("reading source one, 2");
        phases.phase("checking rows");
        phases.phase("reading source one, 2");

        assertThat(names(phases)).containsExactly("starting", "reading source one, 2", "checking rows");
    }

    @Test
    void phasesAndStatesAreShownUnderTheTitleAndAPhaseThatGoesOnIsNotShownAgain() {
        Screen screen = new Screen();
        Phases phases = Phases.start(Optional.of(spark.sparkContext()), screen.under("train softmax"), "train softmax");

        phases.phase("pass");
        phases.update("pass 1, loss 0.31");
        phases.phase("pass");
        phases.update("pass 2, loss 0.30");
        phases.stop();

        assertThat(screen.lines)
                .containsExactly(
                        "train softmax: pass", "train softmax: pass 1, loss 0.31", "train softmax: pass 2, loss 0.30");
    }
}
