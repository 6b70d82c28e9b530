package io.pigeonhole.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PoissonWeightsTest {

    private static final int ROWS = 4_000;
    private static final int REPLICATES = 1_000;

    @Test
    void counts_are_poisson_with_mean_one() {
        long[] frequency = new long[32];
        double product = 0;
        int[] previous = new int[REPLICATES + 1];
        int[] weights = new int[REPLICATES + 1];
        PoissonWeights poisson = new PoissonWeights(11);
        for (int row = 0; row < ROWS; row++) {
            poisson.fill(row, weights);
            for (int i = 1; i <= REPLICATES; i++) {
                frequency[weights[i]]++;
                product += (weights[i] - 1.0) * (previous[i] - 1.0) + (weights[i] - 1.0) * (weights[i - 1] - 1.0);
            }
            System.arraycopy(weights, 0, previous, 0, weights.length);
        }
        double total = (double) ROWS * REPLICATES;
        double expected = Math.exp(-1);
        for (int k = 0; k < 8; k++) {
            double tolerance = 5 * Math.sqrt(expected * (1 - expected) / total);
            assertThat(frequency[k] / total).as("share of %s", k).isCloseTo(expected, within(tolerance));
            expected /= k + 1;
        }
        // no correlation between rows or between replicates: each product has variance 1
        assertThat(product / total).isCloseTo(0, within(5 * Math.sqrt(2 / total)));
    }

    @Test
    void a_row_has_the_same_weights_however_often_it_is_asked() {
        int[] first = new int[51];
        int[] again = new int[51];
        int[] otherSeed = new int[51];
        new PoissonWeights(1).fill(99, first);
        new PoissonWeights(1).fill(99, again);
        new PoissonWeights(2).fill(99, otherSeed);
        assertThat(first[0]).isEqualTo(1);
        assertThat(again).isEqualTo(first).isNotEqualTo(otherSeed);
    }
}
