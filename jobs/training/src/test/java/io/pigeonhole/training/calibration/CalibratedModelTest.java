package io.pigeonhole.training.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.transforms.StageContractTest;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class CalibratedModelTest extends StageContractTest {

    private static final Dataset<Row> ROWS = CalibrationData.dataset(spark, CalibrationData.sharpened(300, 4));

    /** Every kind of function at one of its nodes. */
    private static final CalibratedModel MODEL = new Calibrator(CalibrationData.TREE, 2, 1)
            .fit(ROWS, List.of(CalibrationMethod.values()))
            .model(
                    "calibrated",
                    List.of(CalibrationMethod.ISOTONIC, CalibrationMethod.VECTOR, CalibrationMethod.TEMPERATURE));

    @Override
    protected CalibratedModel stage() {
        return MODEL;
    }

    @Override
    protected Dataset<Row> rows() {
        return ROWS;
    }

    @Test
    void probabilitiesSumToOneAndThePredictionIsTheMostProbable() {
        for (Row row : MODEL.transform(ROWS).collectAsList()) {
            Vector probability = row.getAs("probability");
            assertThat(Arrays.stream(probability.toArray()).sum()).isCloseTo(1, within(1e-12));
            assertThat(row.<String>getAs("prediction")).isEqualTo(MODEL.labels().get(probability.argmax()));
        }
    }

    @Test
    void probabilitiesOfOtherClassesAreRefused() {
        Dataset<Row> five =
                CalibrationData.dataset(spark, List.of(CalibrationData.row(1, "c0", new double[] {1, 0, 0, 0, 0})));
        assertThatThrownBy(() -> MODEL.transform(five).collect())
                .rootCause()
                .hasMessageContaining("the calibration is of 4 classes, not of 5");
    }
}
