package io.pigeonhole.evaluation.unknown;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.evaluation.Evaluation;
import io.pigeonhole.evaluation.EvaluationTables;
import io.pigeonhole.evaluation.Samples;
import io.pigeonhole.evaluation.gates.GateFigure;
import io.pigeonhole.evaluation.gates.GateStatement;
import io.pigeonhole.evaluation.gates.GateVerdict;
import io.pigeonhole.evaluation.gates.Gates;
import io.pigeonhole.evaluation.gates.GatesSpec;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.MultipleTesting;
import io.pigeonhole.transforms.SparkTest;
import io.pigeonhole.transforms.Taxonomy;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Compares the figures with those that scikit-learn and SciPy compute in unknown.py. */
class UnknownFiguresTest extends SparkTest {

    private static final EvaluationSpec SPEC =
            new EvaluationSpec(List.of(), 10, 50, 0.95, 7, 30, 7, List.of(), List.of(), 0.25);

    private static Dataset<Row> predictions() {
        Row[] rows = Samples.read("unknown.csv").stream()
                .map(cells -> RowFactory.create(
                        cells[0],
                        "m",
                        1,
                        "test",
                        cells[2],
                        cells[4],
                        0.5,
                        new Row[] {RowFactory.create(cells[5], 0.5)},
                        Boolean.valueOf(cells[3]),
                        Double.valueOf(cells[6]),
                        new String[] {cells[1]}))
                .toArray(Row[]::new);
        return table(
                        "example_id STRING, model STRING, version INT, split STRING, label STRING, predicted STRING,"
                                + " confidence DOUBLE, top_k ARRAY<STRUCT<label: STRING, probability: DOUBLE>>,"
                                + " is_unknown BOOLEAN, unknown_score DOUBLE, slices ARRAY<STRING>",
                        rows)
                .repartition(3);
    }

    @Test
    void theFiguresAreThoseOfScikitLearnAndSciPy() {
        UnknownFigures figures = UnknownFigures.of(predictions(), true, SPEC);
        Map<String, Estimate> found = new TreeMap<>();
        Map<String, Long> support = new TreeMap<>();
        figures.figures().forEach(figure -> {
            String name = figure.key().slice() + " " + figure.metric();
            found.put(name, figure.estimate());
            support.put(name, figure.support());
        });
        figures.coverage().forEach(point -> {
            String name = point.key().slice() + " risk " + point.threshold();
            found.put(name, point.risk());
            support.put(name, point.accepted());
        });
        List<String[]> expected = Samples.read("unknown_figures.csv");
        assertThat(found).hasSize(expected.size());
        for (String[] cells : expected) {
            String name = cells[0] + " " + cells[1];
            assertThat(found).containsKey(name);
            Estimate estimate = Objects.requireNonNull(found.get(name));
            assertThat(List.of(estimate.value(), estimate.low(), estimate.high()))
                    .as(name)
                    .zipSatisfy(
                            Stream.of(cells)
                                    .skip(2)
                                    .limit(3)
                                    .map(Double::valueOf)
                                    .toList(),
                            (own, other) -> assertThat(own).isCloseTo(other, within(1e-9)));
            assertThat(support.get(name)).as(name).isEqualTo(Long.valueOf(cells[5]));
        }
        assertConstraints(figures);
        assertThat(UnknownFigures.of(predictions().coalesce(1), true, SPEC)).isEqualTo(figures);
    }

    private static void assertConstraints(UnknownFigures figures) {
        Dataset<Row> all = spark.createDataFrame(
                figures.figures().stream().map(EvaluationUnknown::toRow).toList(), EvaluationUnknown.SCHEMA);
        EvaluationUnknown.CONSTRAINTS.forEach((name, rule) ->
                assertThat(all.where("NOT (" + rule + ")").isEmpty()).as(name).isTrue());
        assertThat(all.where("sufficient_support != (support >= 30)").isEmpty()).isTrue();
        Dataset<Row> coverage = spark.createDataFrame(
                figures.coverage().stream().map(EvaluationCoverage::toRow).toList(), EvaluationCoverage.SCHEMA);
        EvaluationCoverage.CONSTRAINTS.forEach(
                (name, rule) -> assertThat(coverage.where("NOT (" + rule + ")").isEmpty())
                        .as(name)
                        .isTrue());
        // at the threshold of 0.9, which is that of the rule, 32 of 61 rows of no class and 13 of 179 others are
        // unknown
        assertThat(coverage.where("slice = 'all' AND threshold > 0.9")
                        .selectExpr("max(unknown_recall) < 32 / 61D AND max(in_scope_loss) < 13 / 179D")
                        .first()
                        .getBoolean(0))
                .isTrue();
    }

    @Test
    void withoutARuleOnlyTheRankingIsJudged() {
        UnknownFigures figures = UnknownFigures.of(predictions(), false, SPEC);
        assertThat(figures.figures().stream().map(EvaluationUnknown::metric).distinct())
                .containsExactly(EvaluationUnknown.ROC_AUC, EvaluationUnknown.AVERAGE_PRECISION);
        assertThat(figures.coverage()).isNotEmpty();
    }

    @Test
    void theDecisionForNoClassIsAnErrorButNoClass() {
        Dataset<Row> inScope = predictions().where("NOT is_unknown").drop(Predictions.TOP_K, Predictions.SLICES);
        double withRule = metric(inScope, "macro_recall");
        // scikit-learn takes the mean over unknown too, which has a recall of 0: 4 instead of 3 classes
        assertThat(metric(inScope.drop(Predictions.UNKNOWN_SCORE), "macro_recall"))
                .isCloseTo(withRule * 3 / 4, within(1e-12));
        assertThat(metric(inScope, "accuracy")).isCloseTo(156 / 179.0, within(1e-12));
    }

    private static double metric(Dataset<Row> predictions, String metric) {
        try (EvaluationTables tables = Evaluation.evaluate(predictions, Taxonomy.flat(List.of("a", "b", "c")), SPEC)) {
            return tables.summary().where("metric = '" + metric + "'").first().getAs("value");
        }
    }

    @Test
    void gatesJudgeTheRule() {
        GatesSpec spec = new GatesSpec(
                Stream.of("unknown_recall >= 0.4", "in_scope_loss <= 0.02", "unknown_precision >= 0.6")
                        .map(GateStatement::parse)
                        .toList(),
                0.95,
                MultipleTesting.NONE);
        Dataset<Row> inScope = inScope(predictions());
        List<GateFigure> figures = Gates.judge(version(inScope, predictions()), Optional.empty(), Set.of(), spec, SPEC);
        // bounds by SciPy: 0.4016, 0.0429 and 0.5663
        assertThat(figures.stream().map(GateFigure::verdict))
                .containsExactly(GateVerdict.PASS, GateVerdict.FAIL, GateVerdict.NOT_ENOUGH_DATA);
        assertThat(figures.stream().map(GateFigure::support)).containsExactly(61L, 179L, 45L);

        assertThatThrownBy(() -> Gates.judge(inScope, Optional.empty(), Set.of(), spec, SPEC))
                .hasMessageContaining("unknown_recall >= 0.4")
                .hasMessageContaining("Set score.unknown");
    }

    private static Gates.Version version(Dataset<Row> inScope, Dataset<Row> all) {
        return new Gates.Version(inScope, Optional.of(all));
    }

    /** The differences to a champion that decides for a class always, or never. */
    @Test
    void gatesCompareTheRuleWithTheChampion() {
        List<GateFigure> toNone = ahead(element_at(col(Predictions.TOP_K), 1).getField(Predictions.LABEL));
        // by Newcombe's method 10, in which the correlation is 0 here
        assertEstimate(toNone.get(0).estimate(), 32 / 61.0, 0.3880492890, 0.6446951258);
        assertEstimate(toNone.get(1).estimate(), 13 / 179.0, 0.0362500841, 0.1202784657);
        assertThat(toNone.get(2).estimate())
                .as("the champion decides no row to be unknown")
                .isNull();
        assertThat(value(toNone.get(3))).isCloseTo((156 - 168) / 179.0, within(1e-12));
        assertThat(value(toNone.get(4))).isCloseTo((156 + 32 - 168) / 240.0, within(1e-12));
        assertThat(toNone.stream().map(GateFigure::verdict))
                .containsExactly(
                        GateVerdict.PASS,
                        GateVerdict.FAIL,
                        GateVerdict.NOT_ENOUGH_DATA,
                        GateVerdict.FAIL,
                        GateVerdict.PASS);
        assertThat(toNone.stream().map(GateFigure::support)).containsExactly(61L, 179L, 61L, 179L, 240L);

        List<GateFigure> toAll = ahead(lit(Predictions.UNKNOWN));
        assertThat(value(toAll.get(0))).isCloseTo(32 / 61.0 - 1, within(1e-12));
        assertThat(value(toAll.get(2))).isCloseTo(32 / 45.0 - 61 / 240.0, within(1e-12));
        assertThat(value(toAll.get(4))).isCloseTo((156 + 32 - 61) / 240.0, within(1e-12));
    }

    private static List<GateFigure> ahead(Column decisionsOfChampion) {
        GatesSpec spec = new GatesSpec(
                Stream.of(
                                "unknown_recall not lower than champion - 0.05",
                                "in_scope_loss not higher than champion + 0.01",
                                "unknown_precision not lower than champion",
                                "in_scope_accuracy not lower than champion by point",
                                "open_accuracy not lower than champion by point")
                        .map(GateStatement::parse)
                        .toList(),
                0.95,
                MultipleTesting.NONE);
        Dataset<Row> champion = predictions()
                .withColumn(Predictions.VERSION, lit(2))
                .withColumn(Predictions.PREDICTED, decisionsOfChampion);
        return Gates.judge(
                version(inScope(predictions()), predictions()),
                Optional.of(version(inScope(champion), champion)),
                Set.of(),
                spec,
                SPEC);
    }

    private static Dataset<Row> inScope(Dataset<Row> predictions) {
        return predictions.where("NOT is_unknown").drop(Predictions.SLICES);
    }

    private static double value(GateFigure figure) {
        return Objects.requireNonNull(figure.estimate()).value();
    }

    private static void assertEstimate(@Nullable Estimate estimate, double value, double low, double high) {
        Estimate found = Objects.requireNonNull(estimate);
        assertThat(List.of(found.value(), found.low(), found.high()))
                .zipSatisfy(
                        List.of(value, low, high),
                        (own, other) -> assertThat(own).isCloseTo(other, within(1e-9)));
    }
}
