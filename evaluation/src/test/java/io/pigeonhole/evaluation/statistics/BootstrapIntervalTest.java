package io.pigeonhole.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.evaluation.decisions.ClassCounts;
import io.pigeonhole.evaluation.decisions.ClassReplicates;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BootstrapIntervalTest {

    private static final int ROWS = 400;
    private static final int REPLICATES = 400;

    @Test
    void intervals_of_a_proportion_are_as_wide_as_wilsons_and_cover_the_truth() {
        Random random = new Random(5);
        Wilson wilson = Wilson.at(0.95);
        Bootstrap bootstrap = new Bootstrap(0.95);
        int experiments = 300;
        int covered = 0;
        double width = 0;
        double wilsonWidth = 0;
        for (int experiment = 0; experiment < experiments; experiment++) {
            int[] hits = new int[REPLICATES + 1];
            int[] rows = new int[REPLICATES + 1];
            sample(random, experiment, hits, rows);
            double[] replicates = new double[REPLICATES];
            for (int i = 0; i < REPLICATES; i++) {
                replicates[i] = (double) hits[i + 1] / rows[i + 1];
            }
            Estimate estimate = bootstrap.estimate((double) hits[0] / ROWS, replicates, REPLICATES);
            Estimate expected = wilson.estimate(hits[0], ROWS);
            covered += estimate.low() <= 0.7 && 0.7 <= estimate.high() ? 1 : 0;
            width += estimate.high() - estimate.low();
            wilsonWidth += expected.high() - expected.low();
        }
        assertThat(width / wilsonWidth).isCloseTo(1, within(0.03));
        // three standard errors of a share of 300 experiments, and a little for the percentile method
        assertThat((double) covered / experiments).isBetween(0.90, 0.99);
    }

    private static void sample(Random random, int experiment, int[] hits, int[] rows) {
        PoissonWeights poisson = new PoissonWeights(experiment);
        int[] weights = new int[REPLICATES + 1];
        for (int row = 0; row < ROWS; row++) {
            poisson.fill(row, weights);
            boolean hit = random.nextDouble() < 0.7;
            for (int i = 0; i <= REPLICATES; i++) {
                rows[i] += weights[i];
                hits[i] += hit ? weights[i] : 0;
            }
        }
    }

    @Test
    void a_class_all_right_or_all_wrong_still_has_an_interval_of_some_width() {
        ClassReplicates counts = new ClassReplicates(41);
        int[] weights = new int[41];
        for (int row = 0; row < 10; row++) {
            new PoissonWeights(1).fill(row, weights);
            counts.add(weights, true, true);
        }
        ClassCounts allRight = counts.finish("a", new Bootstrap(0.95), Wilson.at(0.95));
        double lowest = Wilson.at(0.95).estimate(10, 10).low();
        assertThat(allRight.f1()).isEqualTo(new Estimate(1, 2 * lowest / (1 + lowest), 1));
    }

    @Test
    void figures_outside_their_replicates_widen_the_interval() {
        double[] replicates = new Random(1).doubles(200, 0.4, 0.5).toArray();
        assertThat(new Bootstrap(0.95).estimate(0.3, replicates, 200).low()).isEqualTo(0.3);
        assertThat(new Bootstrap(0.95).estimate(0.6, replicates, 200).high()).isEqualTo(0.6);
    }

    @Test
    void the_bias_of_the_replicates_is_taken_twice_from_both_bounds_of_a_corrected_interval() {
        // mean 0.50, so the bias is 0.10; at 50 % the first and the last of five replicates are the bounds
        Bootstrap half = new Bootstrap(0.5);
        Estimate estimate = half.corrected(0.4, new double[] {0.7, 0.2, 0.5, 0.6, 0.5});
        assertThat(estimate.low()).isCloseTo(0.2 - 0.2, within(1e-12));
        assertThat(estimate.high()).isCloseTo(0.7 - 0.2, within(1e-12));
    }

    @Test
    void the_lower_bound_of_an_error_that_chance_explains_is_zero() {
        Bootstrap half = new Bootstrap(0.5);
        double[] replicates = {0.42, 0.44, 0.45, 0.46, 0.48};
        Estimate explained = half.ofError(0.4, replicates.clone(), new double[] {0.1, 0.2, 0.3, 0.35, 0.41});
        assertThat(explained.low()).isZero();
        assertThat(explained.high()).isCloseTo(0.48 - 0.05, within(1e-12));
        Estimate not = half.ofError(0.4, replicates.clone(), new double[] {0.1, 0.2, 0.3, 0.35, 0.39});
        assertThat(not.low()).isCloseTo(0.42 - 0.1, within(1e-12));
    }
}
