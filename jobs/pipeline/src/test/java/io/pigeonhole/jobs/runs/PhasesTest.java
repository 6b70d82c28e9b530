package io.pigeonhole.jobs.runs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhasesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            train softmax: pass 12, loss 0.31, 4 of 9 problems open | pass
            train net: round 3, epoch 0.4, loss 1.2                 | round
            score softmax: scoring, version 2                       | scoring
            train softmax: judging 4 settings                       | judging
            extract: reading source csv                             | reading source csv
            model softmax: saving                                   | saving
            stratify: verifying                                     | verifying
            """)
    void aPhaseIsWhatTheJobSaysWithoutWhatChangesAsItGoesOn(String state, String phase) {
        assertThat(Phases.name(state)).isEqualTo(phase);
    }
}
