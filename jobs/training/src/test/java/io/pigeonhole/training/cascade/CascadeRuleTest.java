package io.pigeonhole.training.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CascadeRuleTest {

    /** The cells of SciPy's reference. */
    private static final List<Tally> TALLIES = List.of(
            new Tally(42994, 40, 11, 25),
            new Tally(60280, 60, 28, 41),
            new Tally(73341, 80, 60, 66),
            new Tally(95048, 120, 109, 110),
            new Tally(130021, 200, 198, 196));

    /** By beta.ppf of SciPy 1.17. */
    @ParameterizedTest
    @CsvSource({
        "0, 10, 0.95, 0, 0.2588655508930522",
        "7, 10, 0.95, 0.3933757838945877, 0.9127355660858496",
        "10, 10, 0.95, 0.7411344491069478, 1",
        "943, 1000, 0.95, 0.9294354450847411, 0.9545752922061278",
        "943, 1000, 0.99, 0.9236121307790219, 0.9587670687093126"
    })
    void boundsAreThoseOfSciPy(long right, long rows, double confidence, double lower, double upper) {
        assertThat(ClopperPearson.lower(right, rows, confidence)).isCloseTo(lower, within(1e-9));
        assertThat(ClopperPearson.upper(right, rows, confidence)).isCloseTo(upper, within(1e-9));
    }

    /** The same objective, minimised by BFGS of SciPy 1.17. */
    @Test
    void probabilitiesAreThoseOfSciPy() {
        double[] first = {0.2790500673, 0.5043469276, 0.7229690310, 0.9058260098, 0.9901890790};
        double[] second = {0.6117191451, 0.7195602795, 0.8141611108, 0.9082050882, 0.9811458811};
        RightProbability ofFirst = RightProbability.fit(TALLIES, Tally::first);
        RightProbability ofSecond = RightProbability.fit(TALLIES, Tally::second);
        for (int i = 0; i < TALLIES.size(); i++) {
            assertThat(ofFirst.of(TALLIES.get(i).cell())).isCloseTo(first[i], within(1e-7));
            assertThat(ofSecond.of(TALLIES.get(i).cell())).isCloseTo(second[i], within(1e-7));
        }
    }

    /** Gains fall from the first cell to the fourth, and the last is below 0; the cells have 40, 60, 80, 120 and 200 rows. */
    @ParameterizedTest
    @CsvSource({"0, 0", "0.07, 0", "0.08, 40", "0.2, 100", "0.36, 180", "0.59, 180", "0.6, 300", "1, 300"})
    void theBudgetIsKeptAndNoRowIsDeferredAtALoss(double share, long deferred) {
        assertThat(CascadeRule.fit(TALLIES, share).on(TALLIES).deferred()).isEqualTo(deferred);
    }

    @Test
    void theOrderOfTheCellsChangesNoBit() {
        List<Tally> shuffled = new ArrayList<>(TALLIES);
        Collections.shuffle(shuffled, new Random(3));
        CascadeRule rule = CascadeRule.fit(TALLIES, 0.3);
        CascadeRule again = CascadeRule.fit(shuffled, 0.3);
        assertThat(again.state())
                .zipSatisfy(rule.state(), (one, other) -> assertThat(one).containsExactly(other));
    }

    @Test
    void theFrontierGoesFromTheFirstModelToTheSecond() {
        List<CascadePoint> points = CascadeRule.fit(TALLIES, 0.3).frontier(TALLIES, TALLIES, 10);
        CascadePoint start = points.get(0);
        CascadePoint end = points.get(points.size() - 1);
        assertThat(List.of(start.deferred(), start.right())).containsExactly(0L, 406L);
        assertThat(List.of(end.deferred(), end.right())).containsExactly(500L, 438L);
        assertThat(points).isSortedAccordingTo((one, other) -> Long.compare(one.deferred(), other.deferred()));
        assertThat(points)
                .as("at 60 % of the rows it is better than the second model alone")
                .anySatisfy(point -> {
                    assertThat(point.deferred()).isEqualTo(300);
                    assertThat(point.right()).isEqualTo(440);
                });
    }

    /** A population of cells, in which the models' chances are no logistic functions. */
    private static final class Population {

        private static final int CELLS = 60;

        private final int[] cells = new int[CELLS];
        private final double[] first = new double[CELLS];
        private final double[] second = new double[CELLS];

        Population(Random random) {
            for (int i = 0; i < CELLS; i++) {
                int odds = 20 + i / 2;
                cells[i] = (odds * 65 + odds / 2) * 33 + 32 - i / 2;
                first[i] = Math.min(1, 0.25 + 0.75 * i / CELLS + 0.2 * random.nextDouble());
                second[i] = Math.min(1, 0.7 + 0.2 * i / CELLS + 0.1 * random.nextDouble());
            }
        }

        double accuracy(CascadeRule rule) {
            double sum = 0;
            for (int i = 0; i < CELLS; i++) {
                sum += rule.defers(cells[i]) ? second[i] : first[i];
            }
            return sum / CELLS;
        }

        /** Two samples of rows, those that choose and those that certify. */
        List<List<Tally>> sample(Random random, int rows) {
            List<TreeMap<Integer, Tally>> halves = List.of(new TreeMap<>(), new TreeMap<>());
            for (int row = 0; row < rows; row++) {
                int i = random.nextInt(CELLS);
                Tally one = new Tally(
                        cells[i], 1, random.nextDouble() < first[i] ? 1 : 0, random.nextDouble() < second[i] ? 1 : 0);
                halves.get(random.nextInt(2))
                        .merge(
                                cells[i],
                                one,
                                (a, b) -> new Tally(
                                        a.cell(), a.rows() + b.rows(), a.first() + b.first(), a.second() + b.second()));
            }
            return halves.stream().map(half -> List.copyOf(half.values())).toList();
        }
    }

    /** The true accuracy of each chosen rule is known; the bound of the rows that certify may exceed it in 5 of 100 cases. */
    @Test
    void theCertificateHoldsInNineteenOfTwentyResplits() {
        Random random = new Random(7);
        Population population = new Population(random);
        int resplits = 2000;
        int holds = 0;
        for (int i = 0; i < resplits; i++) {
            List<List<Tally>> halves = population.sample(random, 200);
            CascadeRule rule = CascadeRule.fit(halves.get(0), 0.35);
            double truth = population.accuracy(rule);
            holds += truth >= rule.on(halves.get(1)).certified(0.95) ? 1 : 0;
        }
        assertThat(holds / (double) resplits).isGreaterThanOrEqualTo(0.95);
    }
}
