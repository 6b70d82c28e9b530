package io.pigeonhole.evaluation.decisions;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.evaluation.tables.EvaluationSummary;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BootstrapMetricTest {

    @ParameterizedTest
    @EnumSource
    void the_constraints_of_the_summary_allow_what_the_scale_of_a_metric_does(BootstrapMetric metric) {
        String quoted = "'" + metric.label() + "'";
        assertThat(constraint("summary_range").contains(quoted)).isEqualTo(metric.most() > 1);
        assertThat(constraint("summary_sign").contains(quoted)).isEqualTo(metric.least() < 0);
    }

    private static String constraint(String name) {
        return Objects.requireNonNull(EvaluationSummary.CONSTRAINTS.get(name));
    }

    @ParameterizedTest
    @EnumSource
    void a_metric_is_found_by_its_name_in_the_tables(BootstrapMetric metric) {
        assertThat(BootstrapMetric.named(metric.label())).hasValue(metric);
    }
}
