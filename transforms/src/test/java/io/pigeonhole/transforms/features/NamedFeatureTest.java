package io.pigeonhole.transforms.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.transforms.SparkTest;
import java.util.List;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class NamedFeatureTest extends SparkTest {

    @Test
    void elementsAreNamedByWhatTheyStandForWhateverTheirPlace() {
        Dataset<Row> rows = spark.createDataFrame(
                List.of(RowFactory.create("b a", "x", 1.0), RowFactory.create("b", "y", 5.0)),
                StructType.fromDDL("text STRING, kind STRING, size DOUBLE"));
        List<FeatureSpec> specs = List.of(
                new FeatureSpec.Text("text", 1, 1, 0, 0, true, new FeatureSpec.Terms(10), 1, true, false, false),
                new FeatureSpec.Categorical(List.of("kind"), FeatureSpec.Encoding.ONE_HOT, 1),
                new FeatureSpec.Numeric(List.of("size"), false, true));
        PipelineModel fitted = Features.pipeline(specs, "features").fit(rows);
        List<NamedFeature> named = NamedFeature.of(fitted);
        assertThat(named)
                .extracting(NamedFeature::name)
                .containsExactlyInAnyOrder(
                        "`text` words 1 to 1, characters 0 to 0, lower case: w:a",
                        "`text` words 1 to 1, characters 0 to 0, lower case: w:b",
                        "`kind` = x",
                        "`kind` = y",
                        "`size`");
        // in the first row: raw counts of 1, and 1.0 for the size
        double[] first = fitted.transform(rows)
                .first()
                .<org.apache.spark.ml.linalg.Vector>getAs("features")
                .toArray();
        for (int i = 0; i < first.length; i++) {
            double raw = named.get(i).name().equals("`kind` = y") ? 0 : 1;
            assertThat((raw - named.get(i).centre()) * named.get(i).factor()).isEqualTo(first[i]);
        }
    }
}
