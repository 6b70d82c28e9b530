package io.pigeonhole.evaluation.means;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.evaluation.Samples;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.transforms.SparkTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class GroupMeansTest extends SparkTest {

    private static final StructType SCHEMA = StructType.fromDDL("model STRING, version INT, split STRING, slice STRING,"
            + " level STRING, group_of_means STRING, unit BIGINT, `values` ARRAY<DOUBLE>");

    /** Three numbers: the second is the first and 0.02 more, give or take; the third is the first and 0.5 more. */
    private static List<Row> rows() {
        Random random = new Random(8);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 900; i++) {
            double first = 2 + 4 * random.nextDouble();
            double second = first + 0.02 + 0.5 * random.nextGaussian();
            rows.add(RowFactory.create(
                    "m", 1, "test", "all", "leaf", i % 3 == 0 ? "a" : "b", random.nextLong(), new Double[] {
                        first, second, first + 0.5
                    }));
        }
        return rows;
    }

    private static Dataset<Row> dataset(List<Row> rows) {
        return spark.createDataFrame(rows, SCHEMA);
    }

    private static double mean(List<Row> rows, int number) {
        return rows.stream()
                .mapToDouble(row -> ((Double[]) row.get(7))[number])
                .average()
                .orElseThrow();
    }

    @Test
    void means_and_differences_of_each_group_and_of_all_rows_with_their_intervals() {
        List<Row> rows = rows();
        List<GroupMeans> means = GroupMeans.of(dataset(rows), Samples.SPEC);

        assertThat(means).extracting(GroupMeans::group).containsExactly(null, "a", "b");
        assertThat(means).extracting(GroupMeans::rows).containsExactly(900L, 300L, 600L);
        GroupMeans all = means.get(0);
        for (int number = 0; number < 3; number++) {
            Estimate estimate = all.means().get(number);
            assertThat(estimate.value()).isCloseTo(mean(rows, number), within(1e-9));
            // uniform on 4: the standard error of the mean of 900 is 4 / sqrt(12 * 900)
            assertThat(estimate.high() - estimate.low()).isCloseTo(2 * 1.96 * 0.0385, within(0.03));
        }
        Estimate paired = all.differences().get(2).get(0);
        assertThat(paired.value()).isCloseTo(0.5, within(1e-8));
        assertThat(paired.high() - paired.low())
                .as("paired: the same for each row")
                .isLessThan(1e-8);
        assertThat(all.differences().get(0).get(1).value()).isCloseTo(mean(rows, 0) - mean(rows, 1), within(1e-8));
        GroupMeans a = means.get(1);
        assertThat(a.means().get(0).value())
                .isCloseTo(
                        mean(rows.stream().filter(row -> row.get(5).equals("a")).toList(), 0), within(1e-9));
    }

    @Test
    void the_first_that_is_not_clearly_above_the_least_is_preferred() {
        GroupMeans all = GroupMeans.of(dataset(rows()), Samples.SPEC).get(0);

        assertThat(all.firstNotAboveLeast(3)).isZero();
        Dataset<Row> otherOrder =
                dataset(rows()).withColumn("values", org.apache.spark.sql.functions.expr("reverse(values)"));
        GroupMeans reversed = GroupMeans.of(otherOrder, Samples.SPEC).get(0);
        assertThat(reversed.firstNotAboveLeast(3))
                .as("0.5 more is clearly more, 0.02 is not")
                .isEqualTo(1);
        assertThat(reversed.firstNotAboveLeast(1)).isZero();
    }

    @Test
    void what_is_worse_than_something_simpler_is_not_preferred_for_being_unsure() {
        EvaluationKey key = new EvaluationKey("m", 1, "test", "all", "leaf");
        Estimate clearly = new Estimate(0.02, 0.01, 0.03);
        Estimate perhaps = new Estimate(0.05, -0.4, 0.5);
        Estimate nothing = new Estimate(0, 0, 0);
        GroupMeans means = new GroupMeans(
                key,
                null,
                9,
                List.of(new Estimate(0.52, 0.5, 0.54), new Estimate(0.55, 0.1, 1), new Estimate(0.5, 0.48, 0.52)),
                List.of(
                        List.of(nothing, nothing, clearly),
                        List.of(nothing, nothing, perhaps),
                        List.of(nothing, nothing, nothing)));

        assertThat(means.firstNotAboveLeast(3)).isEqualTo(2);
    }

    @Test
    void partitioning_and_order_of_rows_change_no_bit() {
        List<Row> rows = rows();
        List<GroupMeans> expected = GroupMeans.of(dataset(rows).coalesce(1), Samples.SPEC);
        Collections.shuffle(rows, new Random(2));
        assertThat(GroupMeans.of(dataset(rows).repartition(7), Samples.SPEC)).isEqualTo(expected);
    }
}
