package io.pigeonhole.transforms.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.StageContractTest;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class SeenFeatureSelectorTest extends StageContractTest {

    @Override
    protected SeenFeatureSelector stage() {
        return new SeenFeatureSelector("selector")
                .setInputCols(List.of("a", "b"))
                .setOutputCol("features");
    }

    @Override
    protected Dataset<Row> rows() {
        return table(
                "a ARRAY<FLOAT>, b ARRAY<DOUBLE>",
                RowFactory.create(new Float[] {0f, 1f, 0f}, new Double[] {0.0, 0.0}),
                RowFactory.create(new Float[] {0f, 2f, -3f}, new Double[] {5.0, 0.0}),
                RowFactory.create(null, new Double[] {6.0, 0.0}));
    }

    @Test
    void elementsNeverSeenInTrainAreDropped() {
        SeenFeatureSelectorModel model = stage().fit(rows());
        assertThat(model.size()).isEqualTo(3);
        Dataset<Row> later = table(
                "a ARRAY<FLOAT>, b ARRAY<DOUBLE>",
                RowFactory.create(new Float[] {9f, 2f, 3f}, new Double[] {4.0, 9.0}),
                RowFactory.create(null, null));
        List<Row> rows = model.transform(later).collectAsList();
        assertThat(rows.get(0).<Vector>getAs("features").toArray()).containsExactly(2, 3, 4);
        assertThat(rows.get(1).<Vector>getAs("features").toArray()).containsExactly(0, 0, 0);
    }

    @Test
    void bytesAreSharesOf255() {
        Dataset<Row> rows = table(
                "a BINARY, b ARRAY<DOUBLE>",
                RowFactory.create(new byte[] {0, 51, (byte) 255}, new Double[] {7.0}),
                RowFactory.create(null, new Double[] {8.0}));
        List<Row> transformed = stage().fit(rows).transform(rows).collectAsList();
        assertThat(transformed.get(0).<Vector>getAs("features").toArray()).containsExactly(0.2, 1, 7);
        assertThat(transformed.get(1).<Vector>getAs("features").toArray()).containsExactly(0, 0, 8);
    }

    @Test
    void vectorsOfUnequalSizeAreRefused() {
        Dataset<Row> rows = table(
                "a ARRAY<FLOAT>, b ARRAY<DOUBLE>",
                RowFactory.create(new Float[] {1f}, null),
                RowFactory.create(new Float[] {1f, 2f, 3f}, null));
        assertThatThrownBy(() -> stage().fit(rows))
                .isInstanceOf(PipelineException.class)
                .hasMessage("The vectors in column 'a' differ in size: from 1 to 3 elements. A model needs one size;"
                        + " state the size that is expected, so that extract rejects the other rows.");
    }

    @Test
    void nothingButZerosIsRefused() {
        Dataset<Row> rows = table("a ARRAY<FLOAT>, b ARRAY<DOUBLE>", RowFactory.create(new Float[] {0f}, null));
        assertThatThrownBy(() -> stage().fit(rows))
                .isInstanceOf(PipelineException.class)
                .hasMessageStartingWith("No feature is ever other than zero in the training rows");
    }
}
