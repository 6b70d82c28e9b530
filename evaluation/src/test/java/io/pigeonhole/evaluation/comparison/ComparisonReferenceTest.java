package io.pigeonhole.evaluation.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.evaluation.Samples;
import io.pigeonhole.evaluation.statistics.ClassMetric;
import io.pigeonhole.evaluation.statistics.Differences;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.MultipleTesting;
import io.pigeonhole.evaluation.statistics.PValues;
import io.pigeonhole.evaluation.statistics.PairedCounts;
import io.pigeonhole.evaluation.statistics.PairedCounts.Side;
import io.pigeonhole.evaluation.statistics.Wilson;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests and intervals against SciPy, statsmodels and brute force. */
class ComparisonReferenceTest {

    private static final Offset<Double> TINY = within(1e-9);
    private static final Wilson WILSON = Wilson.at(0.95);

    static List<String[]> lines() {
        return Samples.read("comparisons.csv");
    }

    @ParameterizedTest
    @MethodSource("lines")
    void every_figure_is_the_one_of_the_reference(String what, String arguments, String expected) {
        double[] given = numbers(arguments);
        double[] wanted = numbers(expected);
        double[] found = switch (what) {
            case "mcnemar" -> new double[] {PValues.mcNemar(given[0], given[1])};
            case "fisher" -> new double[] {PValues.fisher(given[0], given[1], given[2], given[3])};
            case "newcombe" ->
                bounds(Differences.independent(
                        ClassMetric.RECALL, new Side(given[1], 0, given[0]), new Side(given[3], 0, given[2]), WILSON));
            case "newcombe_paired" -> bounds(Differences.paired(ClassMetric.RECALL, counts(given), WILSON));
            case "swaps_precision" -> new double[] {PValues.swaps(ClassMetric.PRECISION, counts(given))};
            case "swaps_f1" -> new double[] {PValues.swaps(ClassMetric.F1, counts(given))};
            default -> MultipleTesting.valueOf(what.toUpperCase(Locale.ROOT)).adjust(given);
        };
        assertThat(found).hasSize(wanted.length);
        for (int i = 0; i < wanted.length; i++) {
            assertThat(found[i]).as(what + " of " + arguments).isCloseTo(wanted[i], TINY);
        }
    }

    @Test
    void where_outcomes_are_too_many_the_normal_distribution_takes_over() {
        // (c - b) / sqrt(b + c) = 3000 / sqrt(2250000) = 2; SciPy: 2 * norm.sf(2)
        assertThat(PValues.mcNemar(1_123_500, 1_126_500)).isCloseTo(0.04550026389635839, TINY);
        // pooled 0.5, sqrt(0.25 * 2 / 4e6) = 1 / sqrt(8e6); a difference of 2 / sqrt(8e6) is 2 deviations
        double ahead = 2 / Math.sqrt(8e6) / 2 * 4e6;
        assertThat(PValues.fisher(2e6 - ahead, 4e6, 2e6 + ahead, 4e6)).isCloseTo(0.04550026389635839, within(1e-6));
    }

    @Test
    void a_verdict_needs_more_than_a_small_p_value() {
        Estimate up = new Estimate(0.03, 0.011, 0.05);
        assertThat(ComparisonVerdict.of(up, 0.01, true, 0.01, 0.05)).isEqualTo(ComparisonVerdict.BETTER);
        assertThat(ComparisonVerdict.of(up, 0.01, false, 0.01, 0.05)).isEqualTo(ComparisonVerdict.WORSE);
        assertThat(ComparisonVerdict.of(up, 0.06, true, 0.01, 0.05)).isEqualTo(ComparisonVerdict.NOT_ENOUGH_DATA);
        assertThat(ComparisonVerdict.of(new Estimate(0.003, 0.001, 0.01), 0.001, true, 0.01, 0.05))
                .isEqualTo(ComparisonVerdict.SAME_WITHIN_MARGIN);
    }

    private static PairedCounts counts(double[] given) {
        double[] all = Arrays.copyOf(given, 7);
        return new PairedCounts(all[0], all[1], all[2], all[3], all[4], all[5], all[6]);
    }

    private static double[] bounds(Estimate estimate) {
        return new double[] {estimate.low(), estimate.high()};
    }

    private static double[] numbers(String text) {
        return Arrays.stream(text.split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }
}
