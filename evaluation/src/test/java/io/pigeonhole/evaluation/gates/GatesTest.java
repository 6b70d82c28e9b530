package io.pigeonhole.evaluation.gates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.evaluation.Evaluation;
import io.pigeonhole.evaluation.comparison.ComparisonSpec;
import io.pigeonhole.evaluation.decisions.Replicated;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.ClassMetric;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.MultipleTesting;
import io.pigeonhole.evaluation.statistics.PairedCounts;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.SparkTest;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatesTest extends SparkTest {

    private static final EvaluationSpec EVALUATION =
            new EvaluationSpec(List.of(), 10, 400, 0.95, 7, 5, 0, List.of(), List.of(), 0.25);

    /** 300 rows of a of which 255 are recognised, 100 of b of which 78 are, 4 of c of which 3 are; the champion has 270, 70, 3. */
    private static final Dataset<Row> CANDIDATE = predictions(2, Map.of("a", 255, "b", 78, "c", 3));

    private static final Dataset<Row> CHAMPION = predictions(1, Map.of("a", 270, "b", 70, "c", 3));

    private static Dataset<Row> predictions(int version, Map<String, Integer> recognised) {
        List<Row> rows = new ArrayList<>();
        Map.of("a", 300, "b", 100, "c", 4).forEach((label, size) -> {
            for (int i = 0; i < size; i++) {
                String wrong = label.equals("a") ? "b" : "a";
                String predicted = i < recognised.getOrDefault(label, 0) ? label : wrong;
                rows.add(RowFactory.create(label + i, "m", version, "test", label, predicted, 0.8));
            }
        });
        return table(
                "example_id STRING, model STRING, version INT, split STRING, label STRING, predicted STRING,"
                        + " confidence DOUBLE",
                rows.toArray(Row[]::new));
    }

    private static Map<String, GateFigure> judge(MultipleTesting adjustment, String... statements) {
        GatesSpec spec =
                new GatesSpec(Stream.of(statements).map(GateStatement::parse).toList(), 0.95, adjustment);
        List<GateFigure> figures = Gates.judge(CANDIDATE, Optional.of(CHAMPION), Set.of("b", "gone"), spec, EVALUATION);
        Dataset<Row> table =
                spark.createDataFrame(figures.stream().map(GateFigure::toRow).toList(), GateFigure.SCHEMA);
        GateFigure.CONSTRAINTS.forEach(
                (name, rule) -> assertThat(table.where("NOT (" + rule + ")").collectAsList())
                        .as(name)
                        .isEmpty());
        return figures.stream()
                .collect(Collectors.toMap(
                        figure -> figure.statement() + (figure.label() == null ? "" : " | " + figure.label()),
                        Function.identity()));
    }

    /** The Wilson interval of 255 of 300 at 95 % is [0.8052, 0.8860] by statsmodels, and [0.7980, 0.8904] at 97.5 %. */
    @Test
    void a_gate_is_judged_on_its_bound_unless_its_point_is_asked_for() {
        Map<String, GateFigure> alone = judge(MultipleTesting.HOLM, "recall(class = \"a\") >= 0.80");
        GateFigure gate = alone.get("recall(class = \"a\") >= 0.80 | a");
        assertThat(gate.verdict()).isEqualTo(GateVerdict.PASS);
        assertThat(gate.estimate().low()).isCloseTo(0.8051824, within(1e-6));

        Map<String, GateFigure> others = judge(
                MultipleTesting.NONE,
                "recall(class = 'a') >= 0.86",
                "recall(class = 'a') >= 0.86 by point",
                "recall(class = 'a') >= 0.84 by point",
                "recall(class = 'a') >= 0.90");
        assertThat(others.get("recall(class = 'a') >= 0.86 | a").verdict()).isEqualTo(GateVerdict.NOT_ENOUGH_DATA);
        assertThat(others.get("recall(class = 'a') >= 0.86 by point | a").verdict())
                .isEqualTo(GateVerdict.FAIL);
        assertThat(others.get("recall(class = 'a') >= 0.84 by point | a").verdict())
                .isEqualTo(GateVerdict.PASS);
        assertThat(others.get("recall(class = 'a') >= 0.90 | a").verdict()).isEqualTo(GateVerdict.FAIL);
    }

    @Test
    void more_gates_need_more_certainty_each_and_holm_gives_back_what_is_decided() {
        String[] statements = {"recall(class = \"a\") >= 0.80", "recall(class = 'a') >= 0.50"};

        Map<String, GateFigure> bonferroni = judge(MultipleTesting.BONFERRONI, statements);
        Map<String, GateFigure> holm = judge(MultipleTesting.HOLM, statements);

        GateFigure strict = bonferroni.get(statements[0] + " | a");
        assertThat(strict.confidenceLevel()).isEqualTo(0.975);
        assertThat(strict.estimate().low()).isCloseTo(0.7980486, within(1e-6));
        assertThat(strict.verdict()).isEqualTo(GateVerdict.NOT_ENOUGH_DATA);
        assertThat(holm.get(statements[1] + " | a").confidenceLevel()).isEqualTo(0.975);
        assertThat(holm.get(statements[0] + " | a").confidenceLevel()).isEqualTo(0.95);
        assertThat(holm.get(statements[0] + " | a").verdict()).isEqualTo(GateVerdict.PASS);
    }

    @Test
    void the_rows_that_are_said_to_be_needed_decide_and_one_fewer_do_not() {
        GateFigure open =
                judge(MultipleTesting.NONE, "recall(class = 'b') >= 0.70").get("recall(class = 'b') >= 0.70 | b");
        assertThat(open.verdict()).isEqualTo(GateVerdict.NOT_ENOUGH_DATA);
        // the score test: z² t (1 - t) / (p - t)² = 3.8415 * 0.21 / 0.0064 = 126.05 rows, of which 100 are there
        assertThat(open.rowsNeeded()).isEqualTo(27);

        GateFigure missing = judge(MultipleTesting.NONE, "for each critical class: recall >= 0.80")
                .get("for each critical class: recall >= 0.80 | gone");
        // all right, the bound is n / (n + z²): 0.8 at 4 z² = 15.4
        assertThat(missing.rowsNeeded()).isEqualTo(16);
        assertThat(missing.support()).isZero();
        assertThat(missing.estimate()).isNull();
    }

    @Test
    void a_class_that_is_never_predicted_has_no_precision_and_more_rows_would_not_help() {
        Dataset<Row> without = CANDIDATE.where("predicted != 'c'");
        GatesSpec spec = new GatesSpec(
                List.of(GateStatement.parse("precision(class = 'c') >= 0.8")), 0.95, MultipleTesting.HOLM);
        assertThat(Gates.judge(without, Optional.empty(), Set.of(), spec, EVALUATION))
                .singleElement()
                .satisfies(gate -> {
                    assertThat(gate.verdict()).isEqualTo(GateVerdict.NOT_ENOUGH_DATA);
                    assertThat(gate.support()).isEqualTo(1);
                    assertThat(gate.rowsNeeded()).isNull();
                });
    }

    @Test
    void gates_that_would_look_at_nothing_are_refused() {
        assertThatThrownBy(() -> judge(Set.of(), "macro_f1 >= 0.1", "for each critical class: recall >= 0.1"))
                .hasMessageContaining("looks at critical classes, but none is named");
        assertThatThrownBy(() -> judge(Set.of(), "accuracy not lower than champion"))
                .hasMessageContaining("All gates are about the champion");
    }

    private static List<GateFigure> judge(Set<String> critical, String... statements) {
        GatesSpec spec =
                new GatesSpec(Stream.of(statements).map(GateStatement::parse).toList(), 0.95, MultipleTesting.HOLM);
        return Gates.judge(CANDIDATE, Optional.empty(), critical, spec, EVALUATION);
    }

    /** Twenty classes whose recall is just not good enough, or just good enough, beside ten that are soon decided. */
    @ParameterizedTest
    @ValueSource(ints = {100, 1000})
    void at_most_one_in_twenty_sets_of_gates_has_a_wrong_verdict(int rows) {
        GateStatement statement = GateStatement.parse("for each class: recall >= 0.8");
        GatesSpec spec = new GatesSpec(List.of(statement), 0.95, MultipleTesting.HOLM);
        SplittableRandom random = new SplittableRandom(12);
        int sets = 1000;
        int wrong = 0;
        int decided = 0;
        for (int set = 0; set < sets; set++) {
            List<GateFamily.Gate> gates = new ArrayList<>();
            for (int label = 0; label < 30; label++) {
                double recall = label < 10 ? 0.7999 : label < 20 ? 0.8 : 0.99;
                double right = (double)
                        random.doubles(rows).filter(lot -> lot < recall).count();
                GateEvidence measure =
                        new GateEvidence.OfClass(ClassMetric.RECALL, new PairedCounts.Side(rows, rows, right));
                gates.add(new GateFamily.Gate(statement, recall < 0.8 ? "bad" : "good", rows, Optional.of(measure)));
            }
            List<GateFigure> figures =
                    new GateFamily(gates, spec).judged(new EvaluationKey("m", 1, "test", "all", "leaf"), null);
            wrong += figures.stream().anyMatch(GatesTest::isWrong) ? 1 : 0;
            decided += (int) figures.stream()
                    .filter(figure -> figure.verdict() == GateVerdict.PASS)
                    .count();
        }
        assertThat(wrong / (double) sets).isBetween(0.005, 0.05);
        assertThat(decided).isGreaterThan(9 * sets);
    }

    private static boolean isWrong(GateFigure figure) {
        return figure.verdict() == ("bad".equals(figure.label()) ? GateVerdict.PASS : GateVerdict.FAIL);
    }

    @Test
    void the_champion_is_compared_with_on_the_same_rows() {
        Map<String, GateFigure> figures = judge(
                MultipleTesting.NONE,
                "for each class: recall not lower than champion - 0.02",
                "macro_f1 not lower than champion - 0.30",
                "accuracy not lower than champion - 0.05");
        GateFigure a = figures.get("for each class: recall not lower than champion - 0.02 | a");
        assertThat(a.estimate().value()).isCloseTo(-0.05, within(1e-12));
        assertThat(a.verdict()).isEqualTo(GateVerdict.FAIL);
        assertThat(a.champion().version()).isEqualTo(1);
        GateFigure b = figures.get("for each class: recall not lower than champion - 0.02 | b");
        assertThat(b.estimate().value()).isCloseTo(0.08, within(1e-12));
        assertThat(b.verdict()).isEqualTo(GateVerdict.PASS);
        assertThat(figures.get("macro_f1 not lower than champion - 0.30").verdict())
                .isEqualTo(GateVerdict.PASS);
        GateFigure accuracy = figures.get("accuracy not lower than champion - 0.05");
        assertThat(accuracy.estimate().value()).isCloseTo(-7.0 / 404, within(1e-12));

        List<GateFigure> without = Gates.judge(
                CANDIDATE,
                Optional.empty(),
                Set.of(),
                new GatesSpec(
                        List.of(
                                GateStatement.parse("accuracy not lower than champion - 0.05"),
                                GateStatement.parse("calibration_error <= 0.05 by point")),
                        0.95,
                        MultipleTesting.HOLM),
                EVALUATION);
        assertThat(without).hasSize(1).allSatisfy(gate -> {
            // all confidences are 0.8, and 336 of 404 are right
            assertThat(gate.estimate().value()).isCloseTo(336.0 / 404 - 0.8, within(1e-9));
            assertThat(gate.statement().metric()).isEqualTo("expected_calibration_error");
            assertThat(gate.verdict()).isEqualTo(GateVerdict.PASS);
        });
    }

    @Test
    void an_overall_figure_is_that_of_the_evaluation_and_its_interval_no_narrower() {
        GateFigure gate = judge(MultipleTesting.NONE, "macro_f1 >= 0.5").get("macro_f1 >= 0.5");
        Row row = Evaluation.evaluate(CANDIDATE, Taxonomy.flat(List.of()), EVALUATION)
                .summary()
                .where("metric = 'macro_f1'")
                .head();
        double value = row.getAs("value");
        double reach = Math.max(value - row.<Double>getAs("low"), row.<Double>getAs("high") - value);
        assertThat(gate.estimate())
                .isEqualTo(new Estimate(value, Math.max(0, value - reach), Math.min(1, value + reach)));
    }

    @Test
    void a_level_beyond_the_replicates_is_no_narrower_than_the_normal_interval() {
        double[] replicates = new Random(4).doubles(400, 0.4, 0.6).sorted().toArray();
        Replicated replicated = new Replicated(0.5, replicates, 0, 1);
        Estimate far = replicated.at(0.9999);
        assertThat(replicated.at(0.95).low()).isCloseTo(replicates[10], within(0.005));
        // the quantile of 0.00005 is 3.89, the deviation of a uniform figure its width / sqrt(12)
        assertThat(far.high() - 0.5).isCloseTo(3.89 * 0.2 / Math.sqrt(12), within(0.02));
    }

    /** Rows of a calibrated model have an error by chance, and the bootstrap adds the same again. */
    @Test
    void a_calibrated_model_seldom_fails_a_gate_on_its_calibration_for_want_of_rows() {
        GateStatement statement = GateStatement.parse("calibration_error <= 0.05");
        SplittableRandom random = new SplittableRandom(6);
        int failed = 0;
        double sum = 0;
        for (int i = 0; i < 100; i++) {
            double[] gaps = new double[200];
            for (int row = 0; row < gaps.length; row++) {
                double confidence = 0.2 + 0.7 * random.nextDouble();
                gaps[row] = confidence - (random.nextDouble() < confidence ? 1 : 0);
            }
            double error = calibrationError(gaps, () -> 1);
            double[] replicates = random.ints(200)
                    .mapToDouble(seed -> calibrationError(gaps, poisson(new SplittableRandom(seed))))
                    .sorted()
                    .toArray();
            GateVerdict verdict = statement.verdict(new Replicated(error, replicates, 0, 1).at(0.95));
            failed += verdict == GateVerdict.FAIL ? 1 : 0;
            sum += error;
        }
        assertThat(sum / 100).as("mean error by chance").isGreaterThan(0.06);
        assertThat(failed).isLessThanOrEqualTo(5);
    }

    /** Rows fall to fifteen bins in turn, as if confidence had nothing to do with it. */
    private static double calibrationError(double[] gaps, IntSupplier weights) {
        double[] bins = new double[15];
        double rows = 0;
        for (int row = 0; row < gaps.length; row++) {
            int weight = weights.getAsInt();
            bins[row % bins.length] += weight * gaps[row];
            rows += weight;
        }
        return Arrays.stream(bins).map(Math::abs).sum() / rows;
    }

    private static IntSupplier poisson(SplittableRandom random) {
        return () -> {
            int events = 0;
            for (double lot = random.nextDouble(); lot > Math.exp(-1); lot *= random.nextDouble()) {
                events++;
            }
            return events;
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "recall(class = billing) >= 0.8 | 16 | expected the class in quotes, but there is 'billing'",
                "recall >= 0.8 | 1 | recall is one of a class",
                "macro_f1(class = \"a\") >= 0.8 | 1 | expected one of f1, precision, recall",
                "macro_f2 >= 0.8 | 1 | macro_f1",
                "macro_f1 > 0.8 | 10 | nothing here begins with '>'",
                "macro_f1 >= high | 13 | expected a number, but there is 'high'",
                "macro_f1 >= 0.8 or so | 17 | expected the end, or 'by point'",
                "macro_f1 not below champion | 14 | expected 'lower' or 'higher'",
                "macro_f1 not lower than champion - | 35 | expected a number, but the text ends",
                "for every class: recall >= 0.8 | 5 | expected 'each'",
                "for each class: recall(class = \"a\") >= 0.8 | 23 | the statement is about each class",
                "macro_f1 >= 0.8 by eye | 20 | expected 'bound' or 'point'",
            })
    void a_statement_that_cannot_be_read_shows_where(String text, int column, String message) {
        assertThatThrownBy(() -> GateStatement.parse(text))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("at column " + column + ": ")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   "})
    void an_empty_statement_is_refused(String text) {
        assertThatThrownBy(() -> GateStatement.parse(text)).hasMessageContaining("expected a metric");
    }

    @Test
    void statements_mean_what_they_say() {
        GateStatement gate =
                GateStatement.parse("  for each critical class:f1 not higher than champion+.5e-1 by bound ");
        assertThat(gate.subject()).isEqualTo(new GateStatement.EachClass(true));
        assertThat(gate.relation()).isEqualTo(GateStatement.Relation.AT_MOST);
        assertThat(gate.reference()).isEqualTo(GateStatement.Reference.CHAMPION);
        assertThat(gate.bound()).isEqualTo(0.05);
        assertThat(GateStatement.parse("mcc >= -0.1").bound()).isEqualTo(-0.1);
        assertThat(GateStatement.parse("recall(class = \"it's\") <= 1").subject())
                .isEqualTo(new GateStatement.OneClass("it's"));
    }

    @Test
    void settings_that_cannot_be_are_refused() {
        GateStatement gate = GateStatement.parse("macro_f1 >= 0.6");
        assertThatThrownBy(() -> new GatesSpec(List.of(gate, gate), 0.95, MultipleTesting.HOLM))
                .hasMessageContaining("stands there twice");
        assertThatThrownBy(() -> new GatesSpec(List.of(gate), 0.95, MultipleTesting.BENJAMINI_HOCHBERG))
                .hasMessageContaining("benjamini_hochberg");
        assertThatThrownBy(() -> new ComparisonSpec(1, MultipleTesting.HOLM)).hasMessageContaining("margin = 1.0");
    }
}
