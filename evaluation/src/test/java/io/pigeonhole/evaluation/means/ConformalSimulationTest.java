package io.pigeonhole.evaluation.means;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whether prediction sets hold the true class as often as they say, class by class, however hard a class is. */
class ConformalSimulationTest {

    private static final double ALPHA = 0.1;
    private static final int CLASSES = 6;
    private static final int RESPLITS = 100;
    private static final int FEWEST_ROWS = 250;

    /** How many times the simulations that a build has time for. */
    private static final int MANY = Integer.getInteger("simulations", 1);

    /** Of the rows of one class, the probability that a model of moderate skill gives it. */
    private static List<Double> probabilities(int label, Random random) {
        List<Double> rows = new ArrayList<>();
        for (int i = 0; i < FEWEST_ROWS * (1 + label); i++) {
            double own = Math.exp(random.nextGaussian() + 0.5 + 0.4 * label);
            double others = 0;
            for (int k = 1; k < CLASSES; k++) {
                others += Math.exp(random.nextGaussian());
            }
            rows.add(own / (own + others));
        }
        return rows;
    }

    @Test
    void sets_cover_each_class_with_a_hundred_calibration_rows_as_promised_over_a_hundred_resplits() {
        Random random = new Random(1);
        double[] covered = new double[CLASSES];
        double[] thresholds = new double[CLASSES];
        for (int repetition = 0; repetition < MANY; repetition++) {
            for (int label = 0; label < CLASSES; label++) {
                List<Double> rows = probabilities(label, random);
                // 100 rows of the smallest class calibrate, and 600 of the largest
                int calibrating = rows.size() * 2 / 5;
                for (int resplit = 0; resplit < RESPLITS; resplit++) {
                    Collections.shuffle(rows, random);
                    double least = Conformal.leastProbability(doubles(rows.subList(0, calibrating)), ALPHA);
                    double[] later = doubles(rows.subList(calibrating, rows.size()));
                    covered[label] +=
                            Arrays.stream(later).filter(p -> p >= least).count() / (double) later.length;
                    thresholds[label] += least;
                }
            }
        }
        for (int label = 0; label < CLASSES; label++) {
            assertThat(covered[label] / MANY / RESPLITS)
                    .as("coverage of class %d", label)
                    .isCloseTo(1 - ALPHA, within(0.01));
        }
        assertThat((thresholds[CLASSES - 1] - thresholds[0]) / MANY / RESPLITS)
                .as("the easy class has a higher threshold than the hard one")
                .isGreaterThan(0.05);
    }

    private static double[] doubles(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
