package io.pigeonhole.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankingTest {

    private static final RankingIntervals INTERVALS = new RankingIntervals(0.95);

    // low and high solved with scipy's brentq from Newcombe's equation
    @ParameterizedTest
    @CsvSource({
        "1.0, 10, 40, 0.8750697155978712, 1",
        "0.0, 10, 40, 0, 0.12493028440212879",
        "0.5,  1, 59, 0.13330341334443116, 0.8666965866555688",
        "1.0,  1, 59, 0.43129479593604253, 1"
    })
    void an_area_without_variance_has_the_interval_of_newcombe(
            double area, long positives, long negatives, double low, double high) {
        Estimate estimate = INTERVALS.area(area, 0, positives, negatives);
        assertThat(estimate.low()).isCloseTo(low, within(1e-9));
        assertThat(estimate.high()).isCloseTo(high, within(1e-9));
    }

    @Test
    void a_perfect_order_has_an_area_and_a_precision_of_one_with_intervals_of_some_width() {
        Ranking ranking = new Ranking(3, 4, 0);
        for (int i = 0; i < 3; i++) {
            ranking.add(1, 0);
        }
        Ranking.Figures figures = ranking.finish();
        assertThat(figures.area()).isEqualTo(1.0);
        assertThat(figures.averagePrecision()).isEqualTo(1.0);
        assertThat(INTERVALS.area(1, figures.variance(), 3, 4).low()).isBetween(0.2, 0.9);
        assertThat(INTERVALS.averagePrecision(1, 3)).isEqualTo(Wilson.at(0.95).estimate(3, 3));
    }

    @Test
    void figures_that_are_not_defined_are_null() {
        assertThat(new Ranking(0, 5, 0).finish().averagePrecision()).isNull();
        assertThat(new Ranking(5, 0, 0).finish().area()).isNull();
        assertThat(new Ranking(5, 0, 0).finish().averagePrecision()).isEqualTo(1.0);
    }

    @Test
    void intervals_of_the_area_cover_the_truth() {
        Random random = new Random(3);
        double truth = new NormalDistribution().cumulativeProbability(1 / Math.sqrt(2));
        int experiments = 1_000;
        int covered = 0;
        for (int experiment = 0; experiment < experiments; experiment++) {
            Ranking.Figures figures = ranked(random, 20, 400);
            Estimate estimate = INTERVALS.area(Objects.requireNonNull(figures.area()), figures.variance(), 20, 400);
            covered += estimate.low() <= truth && truth <= estimate.high() ? 1 : 0;
        }
        // three standard errors of a share of 1,000 experiments
        assertThat((double) covered / experiments).isBetween(0.93, 0.971);
    }

    private static Ranking.Figures ranked(Random random, int positives, int negatives) {
        double[][] rows = new double[positives + negatives][];
        for (int i = 0; i < rows.length; i++) {
            double score = random.nextGaussian() + (i < positives ? 1 : 0);
            rows[i] = new double[] {1 / (1 + Math.exp(-score)), i < positives ? 1 : 0};
        }
        Arrays.sort(rows, (a, b) -> Double.compare(b[0], a[0]));
        Ranking ranking = new Ranking(positives, negatives, 0);
        for (double[] row : rows) {
            ranking.add(row[1] == 1 ? 1 : 0, row[1] == 1 ? 0 : 1);
        }
        return ranking.finish();
    }
}
