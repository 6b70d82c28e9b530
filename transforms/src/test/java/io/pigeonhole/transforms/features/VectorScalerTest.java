package io.pigeonhole.transforms.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.StageContractTest;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class VectorScalerTest extends StageContractTest {

    @Override
    protected VectorScaler stage() {
        return new VectorScaler("scaler").setInputCol("x").setOutputCol("scaled");
    }

    @Override
    protected Dataset<Row> rows() {
        // magnitudes so far apart that a sum of doubles would depend on its order
        Random random = new Random(1);
        Row[] rows = new Row[100];
        for (int i = 0; i < rows.length; i++) {
            Double[] values = {random.nextGaussian() * Math.pow(10, random.nextInt(18)), (double) random.nextInt(), 3.0
            };
            rows[i] = RowFactory.create((Object) (i % 10 == 3 ? null : values));
        }
        return table("x ARRAY<DOUBLE>", rows);
    }

    @Test
    void elementsAreCentredAndDividedByTheirDeviationAndAMissingVectorIsTheMean() {
        // 1, 2, 6: mean 3, deviation sqrt((4 + 1 + 9) / 2)
        Dataset<Row> rows = table(
                "x ARRAY<DOUBLE>",
                RowFactory.create((Object) new Double[] {1.0, 5.0}),
                RowFactory.create((Object) new Double[] {2.0, 5.0}),
                RowFactory.create((Object) null),
                RowFactory.create((Object) new Double[] {6.0, 5.0}));
        PipelineModel model = Features.pipeline(List.of(new FeatureSpec.Vector("x", true)), "features")
                .fit(rows);
        List<double[]> scaled = model.transform(rows).collectAsList().stream()
                .map(row -> row.<Vector>getAs("features").toArray())
                .toList();
        // the constant element is left out
        assertThat(scaled.get(0)).containsExactly(new double[] {-2 / Math.sqrt(7)}, within(1e-15));
        assertThat(scaled.get(2)).containsExactly(0);
        assertThat(scaled.get(3)).containsExactly(new double[] {3 / Math.sqrt(7)}, within(1e-15));
        assertThat(NamedFeature.of(model))
                .singleElement()
                .satisfies(feature -> assertThat(feature.name()).isEqualTo("`x` element 0"))
                .satisfies(feature -> assertThat(feature.centre()).isEqualTo(3));
    }

    @Test
    void vectorsOfTwoSizesAreRefused() {
        Dataset<Row> rows =
                table("x ARRAY<DOUBLE>", RowFactory.create((Object) new Double[] {1.0}), RowFactory.create((Object)
                        new Double[] {1.0, 2.0}));
        assertThatThrownBy(() -> stage().fit(rows))
                .isInstanceOf(PipelineException.class)
                .hasMessageStartingWith("The vectors in column 'x' differ in size: from 1 to 2 elements.");
    }
}
