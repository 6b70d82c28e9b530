package io.pigeonhole.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RowSumsTest {

    @Test
    void sums_of_many_rows_are_exact_up_to_the_largest_weights_and_numbers() {
        Random random = new Random(6);
        RowSums sums = new RowSums(3);
        long[] expected = new long[3];
        for (int row = 0; row < 5_000; row++) {
            long value = (random.nextBoolean() ? 1 : -1) * ((1L << random.nextInt(37)) - random.nextInt(2));
            int[] weights = {1, PoissonWeights.MOST, random.nextInt(3)};
            sums.add(weights, value);
            for (int i = 0; i < weights.length; i++) {
                expected[i] += weights[i] * value;
            }
        }
        assertThat(sums.values()).isEqualTo(expected);
        sums.add(new long[] {1, 2, 3});
        assertThat(sums.values()).containsExactly(expected[0] + 1, expected[1] + 2, expected[2] + 3);
    }
}
