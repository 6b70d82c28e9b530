package io.pigeonhole.deep.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressionTest {

    private static float[] numbers(int size) {
        Random random = new Random(2);
        float[] numbers = new float[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    @ParameterizedTest
    @EnumSource
    void whatIsDecodedIsNearWhatWasEncoded(Compression compression) {
        float[] numbers = numbers(1000);
        float tolerance = compression == Compression.NONE ? 0 : 0.02f;
        byte[] encoded = compression.encode(numbers);
        assertThat(compression.decode(encoded)).containsExactly(numbers, within(tolerance));
        int most = switch (compression) {
            case NONE -> 4000;
            case BFLOAT16 -> 2000;
            case INT8 -> 1016;
        };
        assertThat(encoded).hasSize(most);
    }

    /** What the first differences lack, the later ones bring: the sum of all that was sent follows the sum of all ways. */
    @ParameterizedTest
    @EnumSource
    void whatCompressionLosesGoesWithALaterDifference(Compression compression) {
        int size = 300;
        float[] way = numbers(size);
        float[] nothing = new float[size];
        float[] residual = new float[compression == Compression.NONE ? 0 : size];
        float[] sent = new float[size];
        for (int round = 0; round < 50; round++) {
            Difference.of(way, nothing, residual, size, 1, new BitSet(), compression)
                    .addTo(sent, size, 1, 1);
        }
        for (int i = 0; i < size; i++) {
            assertThat(sent[i]).isCloseTo(50 * way[i], within(0.03f));
        }
    }

    @Test
    void ofATableOnlyTouchedRowsAreSent() {
        float[] before = numbers(4 + 10 * 3);
        float[] after = before.clone();
        after[1] -= 1;
        after[4 + 2 * 3] -= 2;
        BitSet touched = new BitSet();
        touched.set(2);
        Difference difference = Difference.of(before, after, new float[0], 4, 3, touched, Compression.NONE);
        assertThat(difference.bytes()).isEqualTo(4 * (4 + 3) + 4);
        float[] sum = new float[before.length];
        difference.addTo(sum, 4, 3, 0.5f);
        float[] expected = new float[before.length];
        expected[1] = 0.5f;
        expected[4 + 2 * 3] = 1;
        assertThat(sum).containsExactly(expected, within(1e-6f));
    }
}
