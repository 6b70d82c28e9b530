package io.pigeonhole.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.transforms.SparkTest;
import io.pigeonhole.transforms.Taxonomy;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoefficientFilesTest extends SparkTest {

    @TempDir
    private Path folder = Path.of("none");

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.8})
    void aGroupInManyFilesIsReadBackInTheOrderOfItsFeatures(double zeros) {
        int features = 100;
        float[] matrix = new float[(features + 1) * 3];
        Random random = new Random(1);
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = random.nextDouble() < zeros ? 0f : random.nextFloat() + 1;
        }
        Taxonomy classes = Taxonomy.flat(List.of("a", "b", "c"));
        Coefficients written = new Coefficients(
                Scheme.SOFTMAX,
                classes,
                classes,
                features,
                Coefficients.groups(Scheme.SOFTMAX.layout(classes), Coefficients.allFeatures(features), matrix));
        String path = folder.resolve("model").toString();

        CoefficientFiles.write(
                spark,
                written,
                JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(written),
                path,
                10);
        Coefficients read = CoefficientFiles.read(spark, path);

        assertThat(Path.of(path, "coefficients").toFile().list()).hasSizeGreaterThan(8);
        assertThat(read.groups().get(0).features())
                .isEqualTo(written.groups().get(0).features());
        assertThat(read.fingerprint()).isEqualTo(written.fingerprint());
    }
}
