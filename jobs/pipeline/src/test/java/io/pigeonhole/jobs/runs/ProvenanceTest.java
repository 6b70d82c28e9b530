package io.pigeonhole.jobs.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProvenanceTest {

    private static final Provenance EARLIER =
            new Provenance("0.1.0", "abc", List.of("extract-1"), Map.of("cats", "10 rows", "dogs", "5 rows"));

    @Test
    void theSameRunDiffersInNothing() {
        assertThat(EARLIER.changes(EARLIER)).isEmpty();
    }

    @Test
    void eachPartThatDiffersIsNamed() {
        assertThat(EARLIER.changes(new Provenance(
                        "0.2.0", "abd", List.of("extract-2"), Map.of("cats", "11 rows", "eels", "1 rows"))))
                .containsExactly(
                        "version 0.2.0 of Pigeonhole instead of 0.1.0",
                        "its part of the configuration, or how this version hashes it, has changed",
                        "it builds on extract-2 instead of extract-1",
                        "changed inputs: cats, dogs, eels");
        assertThat(EARLIER.changes(new Provenance("0.1.0", "abd", EARLIER.upstream(), EARLIER.inputs())))
                .containsExactly("its part of the configuration has changed");
    }
}
