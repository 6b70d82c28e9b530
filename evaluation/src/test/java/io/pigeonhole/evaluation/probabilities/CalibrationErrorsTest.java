package io.pigeonhole.evaluation.probabilities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.evaluation.Samples;
import io.pigeonhole.transforms.SparkTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class CalibrationErrorsTest extends SparkTest {

    private static final StructType SCHEMA = StructType.fromDDL(
            "unit BIGINT, class INT, before DOUBLE," + " right_before BOOLEAN, after DOUBLE, right_after BOOLEAN");

    private static final int DECISION = CalibrationErrors.DECISION;

    @Test
    void figures_computed_by_hand() {
        // bins of 0.2; three rows of two classes, labels 0, 0, 1; the last decision changes
        Dataset<Row> pairs = spark.createDataFrame(
                List.of(
                        RowFactory.create(1L, DECISION, 0.82, true, 1.0, true),
                        RowFactory.create(1L, 0, 0.82, true, 1.0, true),
                        RowFactory.create(1L, 1, 0.18, false, 0.0, false),
                        RowFactory.create(2L, DECISION, 0.86, true, 1.0, true),
                        RowFactory.create(2L, 0, 0.86, true, 1.0, true),
                        RowFactory.create(2L, 1, 0.14, false, 0.0, false),
                        RowFactory.create(3L, DECISION, 0.64, false, 0.6, true),
                        RowFactory.create(3L, 0, 0.64, false, 0.4, false),
                        RowFactory.create(3L, 1, 0.36, true, 0.6, true)),
                SCHEMA);

        CalibrationErrors errors = CalibrationErrors.of(pairs, 3, Samples.SPEC);

        assertThat(errors.rows()).isEqualTo(3);
        // (|0.82 + 0.86 - 2| + |0.64 - 0|) / 3, and |0.6 - 1| / 3
        assertThat(errors.expected().before().value()).isCloseTo(0.96 / 3, within(1e-9));
        assertThat(errors.expected().after().value()).isCloseTo(0.4 / 3, within(1e-9));
        // besides that of class 1: |0.18 + 0.14 - 0| + |0.36 - 1|; a third class has no pair
        assertThat(errors.classwise().before().value()).isCloseTo((0.96 + 0.96) / 9, within(1e-9));
        assertThat(errors.classwise().after().value()).isCloseTo(0.8 / 9, within(1e-9));
        assertThat(errors.classwise().difference().value()).isCloseTo(-1.12 / 9, within(1e-9));
    }

    @Test
    void probabilities_that_are_too_sure_are_clearly_worse_than_true_ones() {
        Random random = new Random(4);
        List<Row> pairs = new ArrayList<>();
        for (long unit = 0; unit < 2000; unit++) {
            double truth = random.nextDouble();
            boolean first = random.nextDouble() < truth;
            double sure = truth * truth / (truth * truth + (1 - truth) * (1 - truth));
            boolean decided = first == truth > 0.5;
            pairs.add(RowFactory.create(
                    unit, DECISION, Math.max(sure, 1 - sure), decided, Math.max(truth, 1 - truth), decided));
            pairs.add(RowFactory.create(unit, 0, sure, first, truth, first));
            pairs.add(RowFactory.create(unit, 1, 1 - sure, !first, 1 - truth, !first));
        }

        CalibrationErrors errors = CalibrationErrors.of(spark.createDataFrame(pairs, SCHEMA), 2, Samples.SPEC);

        // the mean of |t^2 / (t^2 + (1 - t)^2) - t| over t in [0, 1] is 0.0966, and so it is over t above a half
        for (CalibrationErrors.Paired paired : List.of(errors.expected(), errors.classwise())) {
            assertThat(paired.before().value()).isBetween(0.08, 0.115);
            assertThat(paired.after().value()).isLessThan(0.035);
            assertThat(paired.difference().high()).isLessThan(-0.05);
            assertThat(paired.before().low()).isBetween(0.06, paired.before().value());
        }
    }
}
