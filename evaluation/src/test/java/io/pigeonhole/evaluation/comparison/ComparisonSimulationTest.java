package io.pigeonhole.evaluation.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.evaluation.comparison.ComparisonFigure.Pairing;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.ClassMetric;
import io.pigeonhole.evaluation.statistics.Differences;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.MultipleTesting;
import io.pigeonhole.evaluation.statistics.PairedCounts;
import io.pigeonhole.evaluation.statistics.PairedCounts.Side;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whether verdicts are right as often as they say, on simulated models whose true rates are known. */
class ComparisonSimulationTest {

    private static final int CLASSES = 150;
    private static final EvaluationSpec EVALUATION =
            new EvaluationSpec(List.of(), 10, 40, 0.95, 1, 10, 0, List.of(), List.of(), 0.25);
    private static final ComparisonSpec SPEC = new ComparisonSpec(0, MultipleTesting.HOLM);
    private static final EvaluationKey KEY = new EvaluationKey("m", 1, "test", "all", "leaf");

    /** How many times the simulations that a build has time for. */
    private static final int MANY = Integer.getInteger("simulations", 1);

    /**
     * Two models that recognise each row with these chances, given that rows differ in difficulty: on a share of rows
     * they draw one and the same lot. What is wrong goes to a class drawn at random.
     */
    private record Simulation(SplittableRandom random, IntUnaryOperator rowsOfClass, double shared) {

        Map<String, PairedCounts> run(double recall, double worseRecall, int worseClass) {
            double[][] counts = new double[CLASSES][7];
            for (int label = 0; label < CLASSES; label++) {
                int rows = rowsOfClass.applyAsInt(label);
                for (int row = 0; row < rows; row++) {
                    double secondRecall = label == worseClass ? worseRecall : recall;
                    boolean together = random.nextDouble() < shared;
                    double lot = random.nextDouble();
                    double otherLot = together ? lot : random.nextDouble();
                    int wrong = random.nextInt(CLASSES);
                    int first = lot < recall ? label : wrong;
                    int second = otherLot < secondRecall ? label : together ? wrong : random.nextInt(CLASSES);
                    add(counts, label, first, second);
                }
            }
            Map<String, PairedCounts> classes = new TreeMap<>();
            for (int label = 0; label < CLASSES; label++) {
                double[] c = counts[label];
                classes.put("class-" + label, new PairedCounts(c[0], c[1], c[2], c[3], c[4], c[5], c[6]));
            }
            return classes;
        }

        /** Two models that are alike, on the same rows or on others. */
        List<ComparisonFigure> ofEquals(Pairing pairing, double recall) {
            Map<String, PairedCounts> classes = run(recall, recall, -1);
            return pairing == Pairing.SAME_EXAMPLES
                    ? Comparison.onSameExamples(classes, KEY, EVALUATION, SPEC)
                    : Comparison.onOtherExamples(
                            firstSides(classes), firstSides(run(recall, recall, -1)), KEY, EVALUATION, SPEC);
        }

        private static Map<String, Side> firstSides(Map<String, PairedCounts> classes) {
            Map<String, Side> sides = new TreeMap<>();
            classes.forEach((label, counts) -> sides.put(label, counts.first()));
            return sides;
        }

        private static void add(double[][] counts, int label, int first, int second) {
            counts[label][first == label ? (second == label ? 0 : 1) : second == label ? 2 : 3]++;
            if (first != label) {
                counts[first][second == first ? 4 : 5]++;
            }
            if (second != label && second != first) {
                counts[second][6]++;
            }
        }
    }

    /** Classes of 20 to 500 rows, so that both few and many outcomes are possible. */
    @ParameterizedTest
    @EnumSource
    void at_most_one_in_twenty_comparisons_of_equals_raises_any_alarm_over_150_classes(Pairing pairing) {
        int comparisons = 1000 * MANY;
        int withAlarm = 0;
        Simulation simulation = new Simulation(
                new SplittableRandom(11), label -> (int) (20 * Math.pow(25, label / (CLASSES - 1.0))), 0.7);
        for (int i = 0; i < comparisons; i++) {
            withAlarm +=
                    simulation.ofEquals(pairing, 0.85).stream().anyMatch(ComparisonSimulationTest::isAlarm) ? 1 : 0;
        }
        // and alarms are possible at all
        assertThat(withAlarm / (double) comparisons).isBetween(0.01, 0.05);
    }

    private static boolean isAlarm(ComparisonFigure figure) {
        return figure.verdict() == ComparisonVerdict.BETTER || figure.verdict() == ComparisonVerdict.WORSE;
    }

    /**
     * 0.90 against 0.85: 7.125 % of the rows only the first recognises, 2.125 % only the second. The power is that of
     * McNemar's mid-p test at 0.05 / 450, there being three metrics of 150 classes: summed over the binomial numbers of
     * rows that differ (9.25 %), and of those among them that are lost.
     */
    @ParameterizedTest
    @CsvSource({"500, 0.447", "1000, 0.936", "2000, 1.000"})
    void a_loss_of_5_points_of_recall_in_one_of_150_classes_is_found_at_the_stated_power(int rows, double power) {
        int comparisons = 1000 * MANY;
        int found = 0;
        int elsewhere = 0;
        Simulation simulation = new Simulation(new SplittableRandom(5), label -> label == 7 ? rows : 40, 0.75);
        for (int i = 0; i < comparisons; i++) {
            List<ComparisonFigure> alarms =
                    Comparison.onSameExamples(simulation.run(0.90, 0.85, 7), KEY, EVALUATION, SPEC).stream()
                            .filter(ComparisonSimulationTest::isAlarm)
                            .toList();
            found += alarms.stream()
                            .anyMatch(figure -> figure.metric().equals("recall") && "class-7".equals(figure.label()))
                    ? 1
                    : 0;
            elsewhere += alarms.stream().anyMatch(figure -> !"class-7".equals(figure.label())) ? 1 : 0;
        }
        assertThat(found / (double) comparisons).isCloseTo(power, within(0.03));
        assertThat(elsewhere / (double) comparisons).isLessThanOrEqualTo(0.05);
    }

    @ParameterizedTest
    @EnumSource
    void paired_intervals_hold_the_true_difference_about_as_often_as_they_say(ClassMetric metric) {
        Simulation simulation = new Simulation(new SplittableRandom(3), label -> 60, 0.6);
        Wilson wilson = Wilson.at(0.95);
        List<Double> truths = new ArrayList<>();
        int covered = 0;
        int all = 0;
        for (int i = 0; i < 30; i++) {
            for (PairedCounts counts : simulation.run(0.8, 0.8, -1).values()) {
                Estimate difference = Differences.paired(metric, counts, wilson);
                truths.add(difference.value());
                covered += difference.low() <= 0 && 0 <= difference.high() ? 1 : 0;
                all++;
            }
        }
        // both models are alike, so the true difference is 0; intervals of few rows are rather too wide than too narrow
        assertThat(truths.stream().mapToDouble(Double::doubleValue).average().orElseThrow())
                .isCloseTo(0, within(0.005));
        assertThat(covered / (double) all).isBetween(0.94, 0.99);
    }

    @Test
    void benjamini_hochberg_finds_more_than_holm_where_many_classes_differ() {
        Simulation simulation = new Simulation(new SplittableRandom(9), label -> 100, 0.7);
        Map<String, PairedCounts> classes = new TreeMap<>();
        for (int i = 0; i < 30; i++) {
            classes.put("worse-" + i, simulation.run(0.9, 0.7, 3).get("class-3"));
        }
        simulation.run(0.9, 0.9, -1).forEach((label, counts) -> classes.merge(label, counts, (a, b) -> a));
        long holm = found(classes, MultipleTesting.HOLM);
        assertThat(found(classes, MultipleTesting.BENJAMINI_HOCHBERG)).isGreaterThan(holm);
        assertThat(holm).isPositive();
    }

    private static long found(Map<String, PairedCounts> classes, MultipleTesting adjustment) {
        return Comparison.onSameExamples(classes, KEY, EVALUATION, new ComparisonSpec(0, adjustment)).stream()
                .filter(figure -> figure.metric().equals("recall") && figure.verdict() == ComparisonVerdict.WORSE)
                .count();
    }
}
