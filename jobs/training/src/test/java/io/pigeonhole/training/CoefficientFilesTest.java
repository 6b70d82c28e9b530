package io.pigeonhole.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.transforms.SparkTest;
import io.pigeonhole.transforms.Taxonomy;
import io.pigeonhole.transforms.files.StageFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
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
                () -> JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(written),
                path,
                10);

        assertThat(Path.of(path, "coefficients").toFile().list()).hasSizeGreaterThan(8);
        requireSame(read(path, 0), written);
        requireSame(read(path, 1 << 20), written);
    }

    @Test
    void fewCoefficientsAreOneFileThatIsReadWithAndWithoutAQuery() {
        Taxonomy classes = Taxonomy.flat(List.of("a", "b", "c"));
        float[] matrix = {1, 0, 2, 0, 3, 4, 5, 0, 6};
        Coefficients written = new Coefficients(
                Scheme.SOFTMAX,
                classes,
                classes,
                2,
                Coefficients.groups(Scheme.SOFTMAX.layout(classes), Coefficients.allFeatures(2), matrix));
        String path = folder.resolve("model").toString();

        CoefficientFiles.write(
                spark,
                written,
                () -> {
                    throw new AssertionError("nothing is sent to tasks");
                },
                path);

        requireSame(read(path, 0), written);
        requireSame(read(path, 1 << 20), written);
    }

    private static Coefficients read(String path, long small) {
        return CoefficientFiles.read(
                spark, new StageFiles.Saved(path, spark.sparkContext().hadoopConfiguration()), small);
    }

    private static void requireSame(Coefficients read, Coefficients written) {
        assertThat(read.groups().get(0).features())
                .isEqualTo(written.groups().get(0).features());
        assertThat(read.fingerprint()).isEqualTo(written.fingerprint());
    }
}
