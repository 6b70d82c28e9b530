package io.pigeonhole.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScopeScanTest {

    @Test
    void a_confidence_on_an_edge_falls_into_the_bin_that_begins_there() {
        for (int bins = 1; bins <= 100; bins++) {
            for (int edge = 0; edge < bins; edge++) {
                double low = (double) edge / bins;
                assertThat(ScopeScan.bin(low, bins)).isEqualTo(edge);
                double justBelow = Math.max(0, Math.nextDown(low));
                assertThat(ScopeScan.bin(justBelow, bins)).isEqualTo(Math.max(edge - 1, 0));
            }
            assertThat(ScopeScan.bin(1, bins)).isEqualTo(bins - 1);
        }
    }
}
