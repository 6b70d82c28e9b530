package io.pigeonhole.evaluation.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigeonhole.transforms.PipelineException;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationSpecTest {

    @Test
    void too_few_replicates_for_the_tails_are_refused() {
        assertThatThrownBy(() -> new EvaluationSpec(List.of(1), 10, 100, 0.99, 1, 1, 50, List.of(), List.of(), 0.1))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("bootstrap replicates = 100")
                .hasMessageContaining("at least 200");
    }

    @Test
    void a_confidence_level_in_percent_is_refused() {
        assertThatThrownBy(() -> new EvaluationSpec(List.of(1), 10, 1000, 95, 1, 1, 50, List.of(), List.of(), 0.1))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("confidence level = 95.0: it lies between 0 and 1");
    }

    @Test
    void ks_are_put_in_order_without_repeats() {
        assertThat(new EvaluationSpec(List.of(5, 1, 5), 10, 1000, 0.95, 1, 1, 50, List.of(), List.of(), 0.1).topK())
                .containsExactly(1, 5);
    }
}
