package io.pigeonhole.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WilsonTest {

    /** scipy.stats.binomtest(k, n).proportion_ci(0.95, method="wilson"). */
    @ParameterizedTest
    @CsvSource({
        "0, 1, 0.0, 0.7934506856227626",
        "3, 10, 0.10779126740630102, 0.6032218525388546",
        "10, 10, 0.7224672001371109, 1.0",
        "81, 263, 0.2552885198782742, 0.36620957698280004",
        "999999, 1000000, 0.9999943350881957, 0.9999998234754233"
    })
    void agrees_with_scipy(long successes, long trials, double low, double high) {
        Estimate estimate = Wilson.at(0.95).estimate(successes, trials);
        assertThat(estimate.value()).isEqualTo((double) successes / trials);
        assertThat(estimate.low()).isCloseTo(low, within(1e-12));
        assertThat(estimate.high()).isCloseTo(high, within(1e-12));
    }

    @Test
    void touches_the_ends_exactly() {
        assertThat(Wilson.at(0.9).estimate(0, 17).low()).isZero();
        assertThat(Wilson.at(0.9).estimate(17, 17).high()).isEqualTo(1);
    }
}
