package io.pigeonhole.evaluation.means;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.evaluation.Samples;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.transforms.SparkTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class ConformalTest extends SparkTest {

    private static final double ALPHA = 0.1;
    private static final StructType SCHEMA = StructType.fromDDL("label STRING, probability DOUBLE");

    @Test
    void the_threshold_is_the_rank_that_the_theorem_names() {
        double[] nine = {0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.6, 0.4, 0.5};
        // ceil(10 * 0.9) = 9 of 9
        assertThat(Conformal.leastProbability(nine, 0.1)).isEqualTo(0.1);
        // ceil(10 * 0.7) = 7 of 9, although 10 * (1 - 0.3) is a little more than 7 in doubles
        assertThat(Conformal.leastProbability(nine, 0.3)).isEqualTo(0.3);
        // ceil(10 * 0.95) = 10 of 9: nothing can be ruled out
        assertThat(Conformal.leastProbability(nine, 0.05)).isZero();
        assertThat(Conformal.leastProbability(new double[0], 0.1)).isZero();
    }

    @Test
    void classes_with_few_rows_or_none_share_the_threshold_of_their_rows_and_are_marked() {
        List<Row> rows = new ArrayList<>();
        double[] all = new double[260];
        Random random = new Random(3);
        for (int i = 0; i < 260; i++) {
            all[i] = random.nextDouble();
            rows.add(RowFactory.create(i < 200 ? "many" : i < 230 ? "few" : "other", all[i]));
        }
        Collections.shuffle(rows, random);
        Dataset<Row> probabilities = spark.createDataFrame(rows, SCHEMA).repartition(5);

        List<Conformal.Threshold> thresholds = Conformal.thresholds(
                probabilities, List.of("few", "many", "none", "other"), new ConformalSpec(ALPHA, 100));

        double shared = Conformal.leastProbability(Arrays.copyOfRange(all, 200, 260), ALPHA);
        assertThat(thresholds)
                .containsExactly(
                        new Conformal.Threshold("few", 30, shared, true),
                        new Conformal.Threshold(
                                "many", 200, Conformal.leastProbability(Arrays.copyOf(all, 200), ALPHA), false),
                        new Conformal.Threshold("none", 0, shared, true),
                        new Conformal.Threshold("other", 30, shared, true));
    }

    @Test
    void coverage_and_size_of_sets_per_class_and_overall() {
        List<Row> rows = Samples.simulated(300, 4, 0.7, 5);
        Dataset<Row> predictions = spark.createDataFrame(rows, Predictions.SCHEMA)
                .selectExpr("*", "CASE WHEN version = 3 THEN array(predicted, 'class-0') END AS prediction_set");

        List<Row> sets = EvaluationSets.table(predictions, Samples.SPEC)
                .where("split = 'test'")
                .collectAsList();

        List<Row> labelled = rows.stream()
                .filter(row -> "test".equals(row.get(3)) && row.get(4) != null)
                .toList();
        long covered = labelled.stream()
                .filter(row -> row.get(4).equals(row.get(5)) || row.get(4).equals("class-0"))
                .count();
        assertThat(sets).hasSize(5);
        Row all = sets.get(0);
        assertThat(all.isNullAt(5)).isTrue();
        assertThat(all.getLong(6)).isEqualTo(labelled.size());
        assertThat(all.getDouble(7)).isCloseTo((double) covered / labelled.size(), within(1e-12));
        assertThat(all.getDouble(10)).isCloseTo(2, within(1e-9));
        assertThat(all.<Double>getAs("empty_rate")).isZero();
        assertThat(sets.get(1).getString(5)).isEqualTo("class-0");
        assertThat(sets.get(1).getDouble(7)).isEqualTo(1);
        assertThat(sets.get(2).getDouble(8)).isLessThan(sets.get(2).getDouble(7));
    }
}
