package io.pigeonhole.training.resampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.transforms.StageContractTest;
import io.pigeonhole.transforms.resampling.ClassShare;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class ShareCorrectionTest extends StageContractTest {

    private static final Dataset<Row> ROWS = spark.createDataFrame(
            List.of(
                    RowFactory.create(Vectors.dense(0.5, 0.5), "frequent"),
                    RowFactory.create(Vectors.dense(0.05, 0.95), "rare"),
                    RowFactory.create(Vectors.dense(0, 1), "rare")),
            new StructType().add("probability", SQLDataTypes.VectorType()).add("prediction", "string"));

    /** 90 and 10 rows became 50 each. */
    @Override
    protected ShareCorrection stage() {
        return ShareCorrection.of(
                "shares",
                List.of("frequent", "rare"),
                List.of(new ClassShare("rare", 10, 50, 10, 50), new ClassShare("frequent", 90, 50, 90, 50)));
    }

    @Override
    protected Dataset<Row> rows() {
        return ROWS;
    }

    @Test
    void probabilitiesGetTheSharesOfTheClassesBack() {
        List<Row> rows = stage().transform(ROWS).collectAsList();
        // even odds become 9 to 1; 1 to 19 become 9 to 19
        assertThat(rows.get(0).<Vector>getAs(0).apply(0)).isCloseTo(0.9, within(1e-15));
        assertThat(rows.get(1).<Vector>getAs(0).apply(0)).isCloseTo(9.0 / 28, within(1e-15));
        assertThat(rows.get(2).<Vector>getAs(0)).isEqualTo(Vectors.dense(0, 1));
        assertThat(rows).extracting(row -> row.getString(1)).containsExactly("frequent", "rare", "rare");
    }
}
