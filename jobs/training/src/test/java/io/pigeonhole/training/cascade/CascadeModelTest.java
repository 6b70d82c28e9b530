package io.pigeonhole.training.cascade;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigeonhole.transforms.StageContractTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CascadeModelTest extends StageContractTest {

    private static final StructType SCHEMA = new StructType()
            .add("id", DataTypes.StringType)
            .add("label", DataTypes.StringType)
            .add("cheap", SQLDataTypes.VectorType())
            .add("dear", SQLDataTypes.VectorType());

    private static final List<String> LABELS = List.of("a", "b", "c");
    private static final Member CHEAP = member("cheap");
    private static final Member DEAR = member("dear");
    private static final Dataset<Row> ROWS = spark.createDataFrame(simulated(400), SCHEMA);
    private static final CascadeRows.Counts COUNTS = counts(ROWS);
    private static final CascadeModel MODEL =
            new CascadeModel("cascade", CHEAP, DEAR, CascadeRule.fit(COUNTS.choosing(), 0.3));

    private static Member member(String column) {
        return new Member(column + "@1", new PipelineModel(column, new Transformer[] {GivenModel.of(column)}));
    }

    /** A cheap model that is right as often as it is sure, and a dear one that is nearly always right. */
    private static List<Row> simulated(int size) {
        Random random = new Random(1);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int label = random.nextInt(LABELS.size());
            double sure = 0.4 + 0.6 * random.nextDouble();
            int guess = random.nextDouble() < sure ? label : (label + 1) % LABELS.size();
            rows.add(RowFactory.create("id" + i, LABELS.get(label), around(guess, sure), around(label, 0.9)));
        }
        return rows;
    }

    private static Vector around(int best, double sure) {
        double[] values = {(1 - sure) / 2, (1 - sure) / 2, (1 - sure) / 2};
        values[best] = sure;
        return Vectors.dense(values);
    }

    private static CascadeRows.Counts counts(Dataset<Row> rows) {
        try (CascadeRows answered = CascadeRows.of(rows, "label", col("id"), CHEAP, DEAR)) {
            return answered.counts();
        }
    }

    @Override
    protected CascadeModel stage() {
        return MODEL;
    }

    @Override
    protected Dataset<Row> rows() {
        return ROWS;
    }

    @AfterEach
    void compileNothing() {
        spark.conf().set("spark.sql.codegen.wholeStage", "false");
        spark.conf().set("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NO_CODEGEN", "FALLBACK"})
    void theDearModelIsAskedForDeferredRowsAlone(String compiled) {
        spark.conf().set("spark.sql.codegen.wholeStage", String.valueOf(compiled.equals("FALLBACK")));
        spark.conf().set("spark.sql.codegen.factoryMode", compiled);
        GivenModel.DEAR_CALLS.set(0);
        List<Row> answers = MODEL.transform(ROWS.repartition(3)).collectAsList();
        long deferred = answers.stream()
                .filter(row -> row.<String>getAs("decided_by").equals("dear@1"))
                .count();
        assertThat(answers).hasSize(400);
        assertThat(deferred).isBetween(60L, 140L);
        assertThat(GivenModel.DEAR_CALLS.get()).isEqualTo(deferred);
        assertThat(answers).allSatisfy(row -> {
            boolean isDear = row.<String>getAs("decided_by").equals("dear@1");
            assertThat(row.<Vector>getAs("probability")).isEqualTo(row.getAs(isDear ? "dear" : "cheap"));
            assertThat(row.<String>getAs("prediction"))
                    .isEqualTo(LABELS.get(row.<Vector>getAs("probability").argmax()));
        });
    }

    @Test
    void rowsAreCountedOnceWhateverTheirPartitions() {
        assertThat(counts(ROWS.repartition(7))).isEqualTo(COUNTS);
        long rows = COUNTS.choosing().stream().mapToLong(Tally::rows).sum()
                + COUNTS.certifying().stream().mapToLong(Tally::rows).sum();
        assertThat(rows).isEqualTo(400);
        assertThat(COUNTS.certifying().stream().mapToLong(Tally::rows).sum()).isBetween(160L, 240L);
        assertThat(COUNTS.certifying())
                .allSatisfy(tally -> assertThat(tally.second()).isEqualTo(tally.rows()));
    }

    /** Another way to the same figure: the rows that certify, through the model. */
    @Test
    void thePointCountsWhatTheModelDoes() {
        List<Row> answers = MODEL.transform(ROWS.filter("(xxhash64('cascade', id) & 1) = 1"))
                .collectAsList();
        CascadePoint point = MODEL.rule().on(COUNTS.certifying());
        assertThat(point.rows()).isEqualTo(answers.size());
        assertThat(point.right())
                .isEqualTo(answers.stream()
                        .filter(row -> row.getAs("label").equals(row.getAs("prediction")))
                        .count());
        assertThat(point.deferred())
                .isEqualTo(answers.stream()
                        .filter(row -> row.getAs("decided_by").equals("dear@1"))
                        .count());
    }

    /** A beam leaves classes out; they share what is left. */
    @Test
    void aSparseVectorShowsWhatTheWholeOneShows() {
        assertThat(Shown.of(Vectors.sparse(5, new int[] {1, 3}, new double[] {0.2, 0.5})))
                .isEqualTo(Shown.of(Vectors.dense(0.1, 0.2, 0.1, 0.5, 0.1)))
                .extracting(Shown::best)
                .isEqualTo(3);
    }

    @Test
    void modelsOfOtherClassesAreRefused() {
        assertThatThrownBy(() -> new CascadeModel("cascade", CHEAP, member("other"), MODEL.rule()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the models cheap@1 and other@1 have different classes");
    }
}
