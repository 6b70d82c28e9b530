package io.pigeonhole.evaluation.means;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.evaluation.Samples;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.transforms.SparkTest;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class CostsTest extends SparkTest {

    private static final List<String> LABELS = List.of("class-0", "class-1", "class-2", "class-3");

    private static final Costs COSTS = new Costs(
            new Costs.OfClass(0.5, 1),
            Map.of("class-1", new Costs.OfClass(0, 20), "class-2", new Costs.OfClass(3, 2)),
            List.of(new Costs.Pair("class-3", "class-0", 40), new Costs.Pair("class-3", "class-3", 0.25)));

    @Test
    void an_error_costs_what_its_two_classes_say_unless_the_pair_has_its_own_cost() {
        assertThat(COSTS.of("class-0", "class-0")).isZero();
        assertThat(COSTS.of("class-0", "class-3")).isEqualTo(1.5);
        assertThat(COSTS.of("class-1", "class-2")).isEqualTo(23);
        assertThat(COSTS.of("class-3", "class-0")).isEqualTo(40);
        assertThat(COSTS.of("class-3", "class-3")).isEqualTo(0.25);
        assertThat(COSTS.largest()).isEqualTo(40);
    }

    @Test
    void the_decision_has_the_least_cost_that_a_whole_matrix_gives() {
        CostDecision decision = new CostDecision(COSTS, LABELS);
        Random random = new Random(2);
        int elsewhere = 0;
        for (int row = 0; row < 200; row++) {
            double[] p = random.doubles(4).map(x -> x * x).toArray();
            double sum = p[0] + p[1] + p[2] + p[3];
            int best = 0;
            double[] expected = new double[4];
            for (int k = 0; k < 4; k++) {
                p[k] /= sum;
            }
            for (int k = 0; k < 4; k++) {
                for (int label = 0; label < 4; label++) {
                    expected[k] += p[label] * COSTS.of(LABELS.get(label), LABELS.get(k));
                }
                best = expected[k] < expected[best] ? k : best;
            }
            assertThat(decision.expectedCosts(p)).containsExactly(expected, within(1e-9));
            assertThat(decision.decide(p)).isEqualTo(best);
            elsewhere += p[best] < 0.25 ? 1 : 0;
        }
        assertThat(elsewhere).as("decisions for a class that is not probable").isGreaterThan(20);
    }

    @Test
    void with_equal_costs_the_most_probable_class_is_decided_for() {
        CostDecision decision = new CostDecision(new Costs(new Costs.OfClass(0, 1), Map.of(), List.of()), LABELS);
        assertThat(decision.decide(new double[] {0.2, 0.4, 0.4, 0})).isEqualTo(1);
        CostDecision free = new CostDecision(new Costs(new Costs.OfClass(0, 0), Map.of(), List.of()), LABELS);
        assertThat(free.decide(new double[] {0.2, 0.1, 0.7, 0})).isEqualTo(2);
    }

    @Test
    void costs_of_the_rows_of_each_class_and_of_all() {
        List<Row> rows = Samples.simulated(400, 4, 0.7, 6);
        Dataset<Row> predictions = spark.createDataFrame(rows, Predictions.SCHEMA);

        List<Row> costs = EvaluationCosts.table(predictions, COSTS, Samples.SPEC)
                .where("split = 'test'")
                .collectAsList();

        assertThat(costs).hasSize(5);
        for (Row figure : costs) {
            List<Row> behind = rows.stream()
                    .filter(row -> "test".equals(row.get(3)) && row.get(4) != null)
                    .filter(row -> figure.isNullAt(5) || figure.getString(5).equals(row.get(4)))
                    .toList();
            double mean = behind.stream()
                    .mapToDouble(row -> COSTS.of(row.getString(4), row.getString(5)))
                    .average()
                    .orElseThrow();
            assertThat(figure.getLong(6)).isEqualTo(behind.size());
            assertThat(figure.getDouble(7)).isCloseTo(mean, within(1e-7));
            assertThat(figure.getDouble(8)).isLessThan(mean).isGreaterThan(mean / 4);
            assertThat(figure.getDouble(9)).isGreaterThan(mean).isLessThan(mean * 3);
        }
    }

    @Test
    void costs_that_cannot_be_are_refused() {
        assertThatThrownBy(() -> new Costs.OfClass(-1, 0)).hasMessageContaining("false_positive = -1.0");
        assertThatThrownBy(() -> new Costs.Pair("a", "b", Double.NaN)).hasMessageContaining("cost = NaN");
        assertThatThrownBy(() -> COSTS.requireKnown(List.of("class-0", "class-1", "class-3")))
                .hasMessageContaining("do not exist: 'class-2'");
        List<Costs.Pair> twice = List.of(new Costs.Pair("a", "b", 1), new Costs.Pair("a", "b", 2));
        assertThatThrownBy(() -> new Costs(new Costs.OfClass(0, 1), Map.of(), twice))
                .hasMessageContaining("of 'b' instead of 'a'");
    }
}
