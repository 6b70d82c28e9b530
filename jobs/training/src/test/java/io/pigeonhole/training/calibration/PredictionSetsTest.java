package io.pigeonhole.training.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.transforms.StageContractTest;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class PredictionSetsTest extends StageContractTest {

    private static final Dataset<Row> ROWS = CalibrationData.dataset(spark, CalibrationData.sharpened(60, 4));

    @Override
    protected PredictionSets stage() {
        return new PredictionSets("sets", CalibrationData.FLAT.labels(), new double[] {0.3, 0.2, 0.5, 0});
    }

    @Override
    protected Dataset<Row> rows() {
        return ROWS;
    }

    @Test
    void aSetHoldsTheClassesThatReachTheirThresholdTheMostProbableFirst() {
        Dataset<Row> rows = CalibrationData.dataset(
                spark,
                List.of(
                        CalibrationData.row(1, "c0", new double[] {0.3, 0.1, 0.4, 0.2}),
                        CalibrationData.row(2, "c1", new double[] {0.1, 0.2, 0.7, 0})));
        List<Row> sets = stage().transform(rows).select("prediction_set").collectAsList();
        assertThat(sets.get(0).<String>getList(0)).containsExactly("c0", "c3");
        assertThat(sets.get(1).<String>getList(0)).containsExactly("c2", "c1", "c3");
    }
}
