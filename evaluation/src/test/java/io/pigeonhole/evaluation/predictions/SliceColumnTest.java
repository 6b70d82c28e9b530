package io.pigeonhole.evaluation.predictions;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.max;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.evaluation.Evaluation;
import io.pigeonhole.evaluation.EvaluationTables;
import io.pigeonhole.evaluation.EvaluationViews;
import io.pigeonhole.evaluation.Samples;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.settings.SliceSpec;
import io.pigeonhole.evaluation.statistics.PValues;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.SparkTest;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SliceColumnTest extends SparkTest {

    private static final List<SliceSpec> SLICES = List.of(
            new SliceSpec.Column("source"),
            new SliceSpec.Expression("long", "length(text) > 3"),
            new SliceSpec.Cross(List.of("source", "long")));

    private static final EvaluationSpec SPEC =
            new EvaluationSpec(List.of(), 10, 200, 0.95, 7, 5, 0, SLICES, List.of(), 0.1);

    @Test
    void rows_lie_in_a_slice_of_each_column_expression_and_cross() {
        Dataset<Row> rows = SliceColumn.add(
                table("source STRING, text STRING", RowFactory.create("mail", "hello"), RowFactory.create(null, "hi")),
                SLICES);
        assertThat(rows.select("slices").collectAsList())
                .extracting(row -> row.<String>getList(0))
                .containsExactly(
                        List.of("source=mail", "long=true", "source=mail, long=true"),
                        List.of("source=(missing)", "long=false", "source=(missing), long=false"));
    }

    @Test
    void without_slices_each_row_has_an_empty_list_that_an_aggregation_takes() {
        Dataset<Row> rows = SliceColumn.add(
                table("id STRING, source STRING", RowFactory.create("1", "mail"), RowFactory.create("1", "chat")),
                List.of());
        assertThat(rows.groupBy("id").agg(max("slices").as("slices")).collectAsList())
                .extracting(row -> row.<String>getList(1))
                .containsExactly(List.of());
        assertThat(rows.schema().apply("slices").dataType().simpleString()).isEqualTo("array<string>");
    }

    @Test
    void slices_that_cannot_be_made_are_refused() {
        Dataset<Row> rows = table("source STRING", RowFactory.create("mail"));
        assertThatThrownBy(() -> SliceColumn.add(rows, List.of(new SliceSpec.Column("channel"))))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("slice = 'channel'")
                .hasMessageContaining("The examples have the columns [source]");
        assertThatThrownBy(() -> SliceSpec.check(List.of(new SliceSpec.Cross(List.of("a", "b")))))
                .hasMessageContaining("a cross is of two of the columns");
        assertThatThrownBy(() ->
                        SliceSpec.check(List.of(new SliceSpec.Column("a"), new SliceSpec.Expression("a", "1 + 1"))))
                .hasMessageContaining("each its own");
    }

    @Test
    void the_figures_of_a_slice_are_those_of_its_rows_alone() {
        Dataset<Row> predictions = Samples.reference(spark);
        String odd = "hash(example_id) % 2 != 0";
        Dataset<Row> sliced = predictions.withColumn(
                "slices", expr("if(" + odd + ", array('part=odd'), cast(array() AS array<string>))"));
        EvaluationTables tables = Evaluation.evaluate(sliced, Samples.TAXONOMY, Samples.SPEC);
        EvaluationTables alone = Evaluation.evaluate(predictions.where(odd), Samples.TAXONOMY, Samples.SPEC);
        EvaluationTables whole = Samples.evaluatedReference(spark);
        assertThat(texts(tables.summary().where("slice = 'part=odd'").drop("slice")))
                .isNotEmpty()
                .isEqualTo(texts(alone.summary().drop("slice")));
        String[] ofSlices = {"slice", "slice_p_value", "slice_q_value"};
        assertThat(texts(tables.perClass().where("slice = 'part=odd'").drop(ofSlices)))
                .isNotEmpty()
                .isEqualTo(texts(alone.perClass().drop(ofSlices)));
        assertThat(texts(tables.calibration().where("slice = 'part=odd'").drop("slice")))
                .isNotEmpty()
                .isEqualTo(texts(alone.calibration().where("label IS NULL").drop("slice")));
        assertThat(texts(tables.confusion().where("slice = 'part=odd'").drop("slice")))
                .isEqualTo(texts(alone.confusion().drop("slice")));
        assertThat(texts(tables.perClass().where("slice = 'all'"))).isEqualTo(texts(whole.perClass()));
        assertThat(texts(tables.curves())).isEqualTo(texts(whole.curves()));
        assertThat(texts(tables.thresholds())).isEqualTo(texts(whole.thresholds()));
    }

    @Test
    void too_many_slices_are_refused() {
        Dataset<Row> sliced = Samples.reference(spark)
                .unionByName(Samples.reference(spark).withColumn("split", expr("'train'")))
                .unionByName(Samples.reference(spark).withColumn("split", expr("'other'")))
                .withColumn("slices", expr("array(concat('id=', example_id, split))"));
        assertThatThrownBy(() -> Evaluation.evaluate(sliced, Samples.TAXONOMY, Samples.SPEC))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("into 315 parts");
    }

    // from scipy.stats.hypergeom.cdf
    @ParameterizedTest
    @CsvSource({
        "3, 10, 80, 100, 0.00039171627596047096",
        "8, 10, 80, 100, 0.6369505657923428",
        "10, 10, 80, 100, 1.0",
        "0, 5, 3, 8, 0.017857142857142856",
        "0, 50, 400, 1000, 3.439129560949952e-12",
        "700, 1000, 80000, 100000, 2.7736931363292002e-14",
        "2000, 2700, 800000, 1000000, 5.0161170493445946e-14"
    })
    void chances_equal_those_of_scipy(double partRight, double part, double right, double rows, double expected) {
        assertThat(PValues.asFewOrFewer(partRight, part, right, rows) / expected)
                .isCloseTo(1, within(1e-6));
    }

    @Test
    void weakest_finds_the_cell_made_worse_and_few_others() {
        // 10 classes in 4 channels, all recognised in 80 % of cases, but class 3 in channel 1 in 40 %
        Random random = new Random(11);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 8_000; i++) {
            int label = random.nextInt(10);
            int channel = random.nextInt(4);
            boolean right = random.nextDouble() < (label == 3 && channel == 1 ? 0.4 : 0.8);
            rows.add(RowFactory.create(
                    "x" + i,
                    "m",
                    1,
                    "test",
                    "c" + label,
                    "c" + (right ? label : (label + 1) % 10),
                    List.of("channel=" + channel)));
        }
        Dataset<Row> predictions = table(
                "example_id STRING, model STRING, version INT, split STRING, label STRING, predicted STRING,"
                        + " slices ARRAY<STRING>",
                rows.toArray(Row[]::new));
        List<Row> perClass = Evaluation.evaluate(predictions, Taxonomy.flat(List.of()), SPEC)
                .perClass()
                .collectAsList();
        List<Row> weakest = cells(perClass, 0.05);
        assertThat(weakest).hasSizeBetween(1, 2);
        assertThat(weakest.get(0).<String>getAs("label")).isEqualTo("c3");
        assertThat(weakest.get(0).<String>getAs("slice")).isEqualTo("channel=1");
        // Benjamini and Hochberg by hand, over all 40 cells
        List<Row> all = cells(perClass, 1);
        assertThat(all).hasSize(40);
        double smallest = 1;
        for (int i = all.size() - 1; i >= 0; i--) {
            smallest = Math.min(smallest, all.get(i).<Double>getAs("slice_p_value") * all.size() / (i + 1));
            assertThat(all.get(i).<Double>getAs("slice_q_value")).isCloseTo(smallest, within(1e-12));
        }
    }

    private static List<Row> cells(List<Row> perClass, double falseDiscoveryRate) {
        return EvaluationViews.weakest(perClass, falseDiscoveryRate).stream()
                .map(EvaluationViews.WeakCell::cell)
                .toList();
    }

    private static List<String> texts(Dataset<Row> rows) {
        return rows.collectAsList().stream().map(Row::toString).sorted().toList();
    }
}
