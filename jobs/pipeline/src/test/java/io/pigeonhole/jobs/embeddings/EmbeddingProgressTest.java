package io.pigeonhole.jobs.embeddings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EmbeddingProgressTest {

    @Test
    void rateAndTimeLeftFollowFromWhatIsDone() {
        assertThat(EmbeddingProgress.text(0, 15_000, 3)).isEqualTo("0 of 15,000 vectors");
        assertThat(EmbeddingProgress.text(2_000, 15_000, 10))
                .isEqualTo("2,000 of 15,000 vectors, 200 a second, 65 s left");
    }
}
