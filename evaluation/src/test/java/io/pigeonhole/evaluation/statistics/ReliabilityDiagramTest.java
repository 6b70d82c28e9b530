package io.pigeonhole.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReliabilityDiagramTest {

    @Test
    void a_probability_on_an_edge_falls_into_the_bin_that_begins_there() {
        for (int bins = 1; bins <= 100; bins++) {
            for (int edge = 0; edge < bins; edge++) {
                double low = (double) edge / bins;
                assertThat(ReliabilityDiagram.bin(low, bins)).isEqualTo(edge);
                double justBelow = Math.max(0, Math.nextDown(low));
                assertThat(ReliabilityDiagram.bin(justBelow, bins)).isEqualTo(Math.max(edge - 1, 0));
            }
            assertThat(ReliabilityDiagram.bin(1, bins)).isEqualTo(bins - 1);
        }
    }

    @Test
    void bins_of_equal_mass_hold_nearly_as_many_rows_each_however_many_probabilities_there_are() {
        EqualMass mass = new EqualMass(10);
        int rows = 100_000;
        double[] probabilities =
                new Random(4).doubles(rows).map(p -> p * p * p).sorted().toArray();
        long positives = 0;
        for (int i = rows - 1; i >= 0; i--) {
            mass.add(probabilities[i], i % 3 == 0 ? 1 : 0, i % 3 == 0 ? 0 : 1);
            positives += i % 3 == 0 ? 1 : 0;
        }
        List<ReliabilityBin> bins = mass.binned();
        assertThat(bins).hasSize(10).allSatisfy(bin -> assertThat(bin.rows()).isBetween(9_700L, 10_300L));
        assertThat(bins.stream().mapToLong(ReliabilityBin::rows).sum()).isEqualTo(rows);
        assertThat(bins.stream().mapToLong(ReliabilityBin::positives).sum()).isEqualTo(positives);
        for (int i = 0; i < 10; i++) {
            double decile = Math.pow((i + 0.5) / 10, 3);
            assertThat(bins.get(i).low()).isLessThan(decile);
            assertThat(bins.get(i).high()).isGreaterThan(decile);
            assertThat(bins.get(i).meanProbability())
                    .isCloseTo((Math.pow(i + 1, 4) - Math.pow(i, 4)) / 4e3, within(0.01));
        }
    }

    @Test
    void rows_of_one_probability_stay_in_one_bin() {
        EqualMass mass = new EqualMass(4);
        mass.add(0.9, 5, 5);
        mass.add(0.5, 0, 80);
        mass.add(0.1, 1, 9);
        assertThat(mass.binned())
                .containsExactly(
                        new ReliabilityBin(0.1, 0.1, 10, 1, 1.0),
                        new ReliabilityBin(0.5, 0.5, 80, 0, 40.0),
                        new ReliabilityBin(0.9, 0.9, 10, 5, 9.0));
    }
}
