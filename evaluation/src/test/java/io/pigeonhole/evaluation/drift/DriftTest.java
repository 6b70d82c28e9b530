package io.pigeonhole.evaluation.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.evaluation.Samples;
import io.pigeonhole.evaluation.statistics.MultipleTesting;
import io.pigeonhole.evaluation.statistics.TwoSamples;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.SparkTest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntUnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class DriftTest extends SparkTest {

    private static final DriftSpec SPEC = new DriftSpec(0.1, MultipleTesting.HOLM);

    private static final StructType SCHEMA =
            StructType.fromDDL("example_id STRING, model STRING, version INT, split STRING,"
                    + " label STRING, predicted STRING, confidence DOUBLE");

    private static double[] counts(double... counts) {
        return counts;
    }

    @Test
    void distances_and_p_values_are_those_of_SciPy() {
        // the last three classes are expected in 3, 0.5 and 1.5 rows of either set: together 5, one category
        TwoSamples labels = new TwoSamples(counts(120, 45, 30, 4, 1, 0), counts(90, 80, 25, 2, 0, 3));
        assertThat(labels.totalVariation()).isCloseTo(0.19, within(1e-12));
        assertThat(labels.chiSquaredP()).isCloseTo(0.0022548201287976265, within(1e-12));
        // the last two are expected in 2.7 rows of the smaller set, so they join the second
        assertThat(new TwoSamples(counts(700, 280, 18, 2), counts(60, 30, 9, 1)).chiSquaredP())
                .isCloseTo(0.039089678525745984, within(1e-12));
        TwoSamples shifted = new TwoSamples(counts(5, 10, 20, 40, 25), counts(20, 30, 25, 15, 10));
        assertThat(shifted.kolmogorovSmirnov()).isCloseTo(0.4, within(1e-12));
        assertThat(shifted.kolmogorovSmirnovP()).isCloseTo(2.2507034943851744e-07, within(1e-12));
        TwoSamples alike = new TwoSamples(counts(30, 40, 30, 50, 50), counts(28, 35, 37, 48, 52));
        assertThat(alike.kolmogorovSmirnovP()).isCloseTo(0.9996971473702906, within(1e-9));
    }

    @Test
    void what_is_the_same_is_no_distance_apart() {
        TwoSamples same = new TwoSamples(counts(10, 20, 3), counts(10, 20, 3));
        assertThat(List.of(same.totalVariation(), same.kolmogorovSmirnov())).containsOnly(0.0);
        assertThat(List.of(same.chiSquaredP(), same.kolmogorovSmirnovP())).containsOnly(1.0);
        assertThat(new TwoSamples(counts(500, 1), counts(3, 0)).chiSquaredP())
                .as("no two categories that are frequent enough")
                .isEqualTo(1);
    }

    /** Rows of each of 60 classes, the k-th of which is drawn as often as 1 / k. */
    private static double[] drawn(SplittableRandom random, int rows) {
        double[] counts = new double[60];
        double all = 0;
        for (int k = 1; k <= counts.length; k++) {
            all += 1.0 / k;
        }
        for (int row = 0; row < rows; row++) {
            double lot = random.nextDouble() * all;
            int k = 0;
            while (lot >= 1.0 / (k + 1) && k < counts.length - 1) {
                lot -= 1.0 / ++k;
            }
            counts[k]++;
        }
        return counts;
    }

    /** With 2,000 pairs, four standard errors of a rate of 0.05 are 0.02. */
    @Test
    void samples_of_the_same_rows_are_as_far_apart_and_as_seldom_called_different_as_is_said() {
        SplittableRandom random = new SplittableRandom(5);
        int pairs = 2_000;
        double variation = 0;
        double expected = 0;
        double largest = 0;
        int labels = 0;
        int confidences = 0;
        for (int pair = 0; pair < pairs; pair++) {
            TwoSamples samples = new TwoSamples(drawn(random, 2_000), drawn(random, 500));
            variation += samples.totalVariation() / pairs;
            expected += samples.expectedTotalVariation() / pairs;
            labels += samples.chiSquaredP() <= 0.05 ? 1 : 0;
            // a row of its own for each confidence: no two are equal
            double[] first = new double[700];
            double[] second = new double[700];
            for (int row = 0; row < 700; row++) {
                (random.nextInt(7) < 5 ? first : second)[row] = 1;
            }
            TwoSamples distinct = new TwoSamples(first, second);
            largest += distinct.kolmogorovSmirnov() / distinct.expectedKolmogorovSmirnov() / pairs;
            confidences += distinct.kolmogorovSmirnovP() <= 0.05 ? 1 : 0;
        }
        assertThat(variation / expected).isBetween(0.97, 1.03);
        assertThat(largest).isBetween(0.94, 1.0);
        assertThat((double) labels / pairs).isCloseTo(0.05, within(0.02));
        // the limiting distribution is on the safe side
        assertThat((double) confidences / pairs).isBetween(0.025, 0.055);
    }

    private static Dataset<Row> predictions(
            String split, int rows, IntUnaryOperator predicted, DoubleUnaryOperator confidence, int partitions) {
        List<Row> made = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            made.add(RowFactory.create(
                    split + i,
                    "m",
                    1,
                    split,
                    null,
                    "class-" + predicted.applyAsInt(i),
                    confidence.applyAsDouble((i * 7 % rows) / (double) rows)));
        }
        return spark.createDataFrame(made, SCHEMA).repartition(partitions);
    }

    private static List<DriftFigure> between(Dataset<Row> base, Dataset<Row> later) {
        List<DriftFigure> figures = Drift.between(base, later, Samples.SPEC, SPEC);
        Dataset<Row> rows =
                spark.createDataFrame(figures.stream().map(DriftFigure::toRow).toList(), DriftFigure.SCHEMA);
        DriftFigure.CONSTRAINTS.forEach((name, rule) -> assertThat(
                        rows.where("NOT coalesce(" + rule + ", false)").collectAsList())
                .as(name)
                .isEmpty());
        return figures;
    }

    @Test
    void other_classes_are_told_by_name_and_other_confidences_by_their_distance() {
        Dataset<Row> base = predictions("test", 400, i -> i % 4, u -> 0.5 + u / 2, 3);
        Dataset<Row> later = predictions("new", 1_000, i -> i % 5 == 4 ? 3 : i % 4, u -> 0.5 + u / 2, 2);
        List<DriftFigure> figures = between(base, later);
        assertThat(figures).hasSize(6);
        DriftFigure labels = figures.get(0);
        // of 1,000 rows, 200 are moved to the last class, which had a quarter of them itself
        assertThat(labels.distance()).isCloseTo(0.15, within(1e-12));
        assertThat(labels.verdict()).isEqualTo(DriftVerdict.DRIFTED);
        // the mean of 0, 1/n, ... (n - 1)/n is (n - 1)/2n
        assertThat(figures.get(1))
                .returns(DriftVerdict.NO_DRIFT, DriftFigure::verdict)
                .satisfies(figure -> assertThat(figure.value()).isCloseTo(0.74975, within(1e-9)))
                .satisfies(figure -> assertThat(figure.baseValue()).isCloseTo(0.749375, within(1e-9)));
        DriftFigure last = figures.get(5);
        assertThat(last.label()).isEqualTo("class-3");
        assertThat(last.distance()).isCloseTo(0.15, within(1e-12));
        assertThat(last.verdict()).isEqualTo(DriftVerdict.DRIFTED);
        assertThat(between(base.repartition(1), later.repartition(5))).isEqualTo(figures);

        Dataset<Row> unsure = predictions("new", 1_000, i -> i % 4, u -> 0.4 + u / 2, 2);
        assertThat(between(base, unsure))
                .extracting(DriftFigure::verdict)
                .startsWith(DriftVerdict.NO_DRIFT, DriftVerdict.DRIFTED);
    }

    @Test
    void what_is_certain_and_too_small_to_matter_or_large_and_uncertain_is_no_drift() {
        TwoSamples many = new TwoSamples(counts(500_000, 500_000), counts(520_000, 480_000));
        Drift.Tally base = tally(Map.of("a", 500_000L, "b", 500_000L));
        Drift.Tally later = tally(Map.of("a", 520_000L, "b", 480_000L));
        DriftFigure certain = figures(base, later).get(0);
        assertThat(many.chiSquaredP()).isLessThan(1e-100);
        assertThat(certain.verdict()).isEqualTo(DriftVerdict.NO_DRIFT);
        DriftFigure uncertain = figures(tally(Map.of("a", 5L, "b", 5L)), tally(Map.of("a", 7L, "b", 3L)))
                .get(0);
        assertThat(uncertain.distance()).isCloseTo(0.2, within(1e-12));
        assertThat(uncertain.verdict()).isEqualTo(DriftVerdict.NO_DRIFT);
        assertThat(figures(tally(Map.of("a", 4L)), tally(Map.of("b", 1_000L))))
                .extracting(DriftFigure::verdict)
                .containsOnly(DriftVerdict.NOT_ENOUGH_DATA);
    }

    private static Drift.Tally tally(Map<String, Long> labels) {
        long rows = labels.values().stream().mapToLong(Long::longValue).sum();
        return new Drift.Tally(
                new TreeMap<>(labels), new TreeMap<>(Map.of(5_000, rows)), BigDecimal.valueOf(rows / 2.0));
    }

    private static List<DriftFigure> figures(Drift.Tally base, Drift.Tally later) {
        EvaluationKey key = new EvaluationKey("m", 1, "test", EvaluationKey.ALL, EvaluationKey.LEAF);
        return Drift.figures(base, later, key, key.withSplit("new"), Samples.SPEC, SPEC);
    }

    @Test
    void predictions_of_two_versions_are_refused() {
        Dataset<Row> base = predictions("test", 10, i -> 0, u -> u, 1);
        assertThatThrownBy(() ->
                        Drift.between(base.union(predictions("new", 10, i -> 0, u -> u, 1)), base, Samples.SPEC, SPEC))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("one split of one model");
    }
}
