package io.pigeonhole.evaluation.probabilities;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.evaluation.statistics.Bootstrap;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.PoissonWeights;
import io.pigeonhole.evaluation.statistics.ReliabilityDiagram;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often intervals of 95 % hold the true errors of the probabilities of a class, which every sample overstates. The
 * percentiles of the bootstrap hold them in none of the samples of a calibrated model.
 */
class CalibrationSimulationTest {

    /** How many times the simulations that a build has time for. */
    private static final int MANY = Integer.getInteger("simulations", 1);

    private static final int LENGTH = 401;
    private static final Bootstrap BOOTSTRAP = new Bootstrap(0.95);
    private static final List<ClassProbabilityMetric> METRICS = List.of(
            ClassProbabilityMetric.CALIBRATION_ERROR,
            ClassProbabilityMetric.BRIER_RELIABILITY,
            ClassProbabilityMetric.BRIER_RESOLUTION);

    /**
     * A class that is rare in most rows: its true probability is (i / 40)^3, in equally many rows for each i from 1 to
     * 39. The model gives more than that.
     *
     * @param off the model adds this times four times the variance of the row's class
     */
    private record Population(double off, int bins) {

        private static final int KINDS = 39;

        double truth(int kind) {
            return Math.pow((kind + 1) / 40.0, 3);
        }

        double given(int kind) {
            return truth(kind) + off * 4 * truth(kind) * (1 - truth(kind));
        }

        /** The figures over all rows, and the gaps of the bins. */
        Map<ClassProbabilityMetric, Double> truths() {
            double[] gaps = new double[bins];
            double[] rows = new double[bins];
            double share = 0;
            double brier = 0;
            for (int kind = 0; kind < KINDS; kind++) {
                int bin = ReliabilityDiagram.bin(given(kind), bins);
                rows[bin] += 1.0 / KINDS;
                gaps[bin] += (given(kind) - truth(kind)) / KINDS;
                share += truth(kind) / KINDS;
                brier += (truth(kind) * Math.pow(1 - given(kind), 2) + (1 - truth(kind)) * Math.pow(given(kind), 2))
                        / KINDS;
            }
            double error = 0;
            double reliability = 0;
            for (int bin = 0; bin < bins; bin++) {
                error += Math.abs(gaps[bin]);
                reliability += rows[bin] == 0 ? 0 : gaps[bin] * gaps[bin] / rows[bin];
            }
            return new EnumMap<>(Map.of(
                    ClassProbabilityMetric.CALIBRATION_ERROR,
                    error,
                    ClassProbabilityMetric.BRIER_RELIABILITY,
                    reliability,
                    ClassProbabilityMetric.BRIER_RESOLUTION,
                    reliability + share * (1 - share) - brier));
        }

        ScoreReplicates sample(SplittableRandom random, int size) {
            ScoreReplicates replicates = new ScoreReplicates(LENGTH);
            PoissonWeights poisson = new PoissonWeights(random.nextLong());
            int[] weights = new int[LENGTH];
            int[] ofKind = new int[KINDS];
            for (int row = 0; row < size; row++) {
                ofKind[random.nextInt(KINDS)]++;
            }
            int row = 0;
            int bin = bins - 1;
            for (int kind = KINDS - 1; kind >= 0; kind--) {
                int next = ReliabilityDiagram.bin(given(kind), bins);
                if (next != bin) {
                    replicates.endBin(true);
                    bin = next;
                }
                for (int i = 0; i < ofKind[kind]; i++) {
                    poisson.fill(row++, weights);
                    replicates.add(given(kind), random.nextDouble() < truth(kind), weights, false);
                }
            }
            replicates.finish(replicates.rows(), true);
            return replicates;
        }
    }

    private static boolean holds(Estimate estimate, double truth) {
        return estimate.low() <= truth + 1e-12 && estimate.high() >= truth - 1e-12;
    }

    @ParameterizedTest
    @CsvSource({
        "300, 10, 0, 0.05",
        "1000, 10, 0, 0.05",
        "1000, 40, 0, 0.07",
        "300, 10, 0.05, 0.10",
        "1000, 10, 0.05, 0.10",
        "1000, 10, 0.2, 0.05",
        "10000, 10, 0.05, 0.06"
    })
    void of_errors_of_calibration(int rows, int bins, double off, double most) {
        Population population = new Population(off, bins);
        Map<ClassProbabilityMetric, Double> truths = population.truths();
        Map<ClassProbabilityMetric, Integer> misses = new EnumMap<>(ClassProbabilityMetric.class);
        SplittableRandom random = new SplittableRandom(rows + bins);
        int samples = Math.max(40, Math.min(200, 200_000 / rows)) * MANY;
        for (int i = 0; i < samples; i++) {
            ScoreReplicates sample = population.sample(random, rows);
            for (ClassProbabilityMetric metric : METRICS) {
                double value = metric.replicate(sample, 0).orElseThrow();
                Estimate estimate = metric.fromBootstrap(BOOTSTRAP, value, sample);
                misses.merge(metric, holds(estimate, Objects.requireNonNull(truths.get(metric))) ? 0 : 1, Integer::sum);
            }
        }
        double error = 3 * Math.sqrt(0.05 * 0.95 / samples);
        misses.forEach((metric, missed) ->
                assertThat(missed / (double) samples).as(metric.name()).isLessThan(most + error));
    }
}
