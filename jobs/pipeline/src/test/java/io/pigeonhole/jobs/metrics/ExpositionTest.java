package io.pigeonhole.jobs.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ExpositionTest {

    /** OpenMetrics 1.0, "Overall Structure" and "ABNF": escapes of label values, units, the end. */
    @Test
    void labelsAreEscapedAndUnitsAndTheEndAreThere() {
        Exposition exposition = new Exposition("p");
        exposition.add("a_seconds", "Time.", 1.5, "class", "a \"b\"\\\nc");
        exposition.add("a_seconds", "Time.", 1e-5, "class", "d");
        exposition.add("b", "Rows.", 12_345_678_901.0);

        assertThat(exposition).hasToString("""
                # TYPE a_seconds gauge
                # UNIT a_seconds seconds
                # HELP a_seconds Time.
                a_seconds{pipeline="p",class="a \\"b\\"\\\\\\nc"} 1.5
                a_seconds{pipeline="p",class="d"} 0.00001
                # TYPE b gauge
                # HELP b Rows.
                b{pipeline="p"} 12345678901
                # EOF
                """);
    }

    @Test
    void twoSamplesOfOneNameAndTheSameLabelsAreABug() {
        Exposition exposition = new Exposition("p");
        exposition.add("a", "A.", 1, "class", "x");

        assertThatThrownBy(() -> exposition.add("a", "A.", 2, "class", "x"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("two samples of a have the labels {pipeline=\"p\",class=\"x\"}");
    }
}
