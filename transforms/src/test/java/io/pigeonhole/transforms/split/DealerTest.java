package io.pigeonhole.transforms.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DealerTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void everyPileIsWithinThreeQuartersOfARowOfItsShareAtEveryTotal(int seed) {
        Random random = new Random(seed);
        double[] shares = {random.nextDouble(), seed % 3 == 0 ? 0 : random.nextDouble(), random.nextDouble() / 10};
        double sum = shares[0] + shares[1] + shares[2];
        for (int i = 0; i < 3; i++) {
            shares[i] /= sum;
        }
        long[] counts = new long[3];
        for (int total = 1; total <= 5000; total++) {
            counts[Dealer.next(shares, counts)]++;
            for (int i = 0; i < 3; i++) {
                assertThat(Math.abs(counts[i] - shares[i] * total)).isLessThan(0.75 + 1e-6);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 37, 500})
    void anyStateReturnsToItsShares(int inTrain) {
        double[] shares = {0.8, 0.1, 0.1};
        long[] counts = {inTrain, 0, 0};
        for (int row = 0; row < 200 + inTrain; row++) {
            counts[Dealer.next(shares, counts)]++;
        }
        for (int i = 0; i < 3; i++) {
            assertThat(Math.abs(counts[i] - shares[i] * (200 + 2 * inTrain))).isLessThan(1);
        }
    }
}
