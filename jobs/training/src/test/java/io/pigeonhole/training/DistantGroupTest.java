package io.pigeonhole.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigeonhole.training.solver.matrices.CoefficientRows;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.SparkTest;
import io.pigeonhole.transforms.Taxonomy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistantGroupTest extends SparkTest {

    private static final int FEATURES = 50;
    private static final int WIDTH = 5;
    private static final Taxonomy CLASSES = Taxonomy.flat(List.of("a", "b", "c", "d", "e"));

    /** With a feature that has no coefficient, and with an intercept of zero. */
    private static float[] matrix(double zeros) {
        Random random = new Random(3);
        float[] matrix = new float[(FEATURES + 1) * WIDTH];
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = random.nextDouble() < zeros ? 0f : random.nextFloat() - 0.5f;
        }
        Arrays.fill(matrix, 7 * WIDTH, 8 * WIDTH, 0f);
        matrix[FEATURES * WIDTH] = 0f;
        return matrix;
    }

    private static Coefficients coefficients(ColumnGroup group) {
        return new Coefficients(Scheme.ONE_VS_REST, CLASSES, CLASSES, FEATURES, List.of(group));
    }

    private static Coefficients here(float[] matrix) {
        return coefficients(ColumnGroup.of(Coefficients.allFeatures(FEATURES), matrix, WIDTH, 0, WIDTH));
    }

    /** As the solver leaves them: runs of rows, of columns that ended at the same pass. */
    private static Coefficients distant(float[] matrix) {
        JavaRDD<CoefficientRows> first = lying(matrix, new int[] {3, 0});
        JavaRDD<CoefficientRows> second = lying(matrix, new int[] {1, 2, 4});
        return coefficients(DistantGroup.of(first.union(second), Coefficients.allFeatures(FEATURES), WIDTH));
    }

    private static JavaRDD<CoefficientRows> lying(float[] matrix, int[] columns) {
        List<CoefficientRows> parts = new ArrayList<>();
        int rowsOfPart = 16;
        for (int from = 0; from <= FEATURES; from += rowsOfPart) {
            int rows = Math.min(rowsOfPart, FEATURES + 1 - from);
            float[] values = new float[rows * columns.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = matrix[(from + i / columns.length) * WIDTH + columns[i % columns.length]];
            }
            parts.add(new CoefficientRows(from, columns, values));
        }
        return JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(parts, parts.size());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.9})
    void countsPrunesAndHasTheBitsOfTheSameCoefficientsInOnePiece(double zeros) {
        Coefficients here = here(matrix(zeros));
        Coefficients distant = distant(matrix(zeros));
        assertThat(distant.stored()).isEqualTo(here.stored());
        assertThat(distant.fingerprint()).isEqualTo(here.fingerprint());
        assertThat(distant.prunedBelow(0.3).fingerprint())
                .isEqualTo(here.prunedBelow(0.3).fingerprint());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.9})
    void savedFromTheExecutorsItIsReadBackInOnePiece(double zeros, @TempDir Path folder) throws Exception {
        String path = folder.resolve("model").toString();
        new LinearModel("model", distant(matrix(zeros)), null).write().save(path);
        assertThat(LinearModel.read().load(path).fingerprint())
                .isEqualTo(here(matrix(zeros)).fingerprint());
    }

    @Test
    void predictingIsRefusedWithWhatWouldHelp() {
        LinearModel model = new LinearModel("model", distant(matrix(0)), null);
        assertThatThrownBy(() -> model.transform(TrainingData.dataset(spark, TrainingData.rows(3, 10, 1))))
                .isInstanceOf(PipelineException.class)
                .hasMessageContainingAll("250 coefficients", "Save the model", "spark.driver.memory");
    }
}
