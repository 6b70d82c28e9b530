package io.pigeonhole.training.solver;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.transforms.SparkTest;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class ExchangeTest extends SparkTest {

    private static final int FEATURES = 30;

    /** Rows over several lanes, as one would have with millions of them. */
    private static JavaRDD<Block> lanes(Random random) {
        List<List<Example>> lanes = new ArrayList<>();
        for (int lane = 0; lane < 5; lane++) {
            List<Example> examples = new ArrayList<>();
            for (int row = 0; row < 50; row++) {
                int[] indices =
                        random.ints(0, FEATURES).distinct().limit(5).sorted().toArray();
                float[] values = {1f, random.nextFloat(), random.nextFloat(), 2f, 3f};
                examples.add(new Example(indices, values, random.nextInt(4), 1f, random.nextInt(3)));
            }
            lanes.add(examples);
        }
        return JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(lanes, lanes.size())
                .map(Block::of);
    }

    private static Objective objective(Layout layout, int heldOut) {
        Loss loss = layout.isBinary() ? new Loss.Logistic() : new Loss.CrossEntropy(0.1, 0);
        Problem problem = new Problem(0, 0, new double[] {1, 2, 1, 0.5}, heldOut);
        return new Objective(layout, loss, Collections.nCopies(layout.problems(), problem));
    }

    @Test
    void sharingAndShufflingGiveTheSameBits() {
        Random random = new Random(5);
        JavaRDD<Block> lanes = lanes(random);
        Taxonomy taxonomy = Taxonomy.ofPaths(
                Map.of("a", List.of("x", "a"), "b", List.of("x", "b"), "c", List.of("y", "c"), "d", List.of("y", "d")));
        for (Layout layout : List.of(Layout.oneVsRest(4), Layout.softmax(4), Layout.hierarchical(taxonomy))) {
            int stride = Pass.padded(layout.columns());
            float[] coefficients = new float[(FEATURES + 1) * stride];
            for (int i = 0; i < coefficients.length; i++) {
                coefficients[i] = i % stride < layout.columns() ? (float) random.nextGaussian() : 0f;
            }
            Pass pass = new Pass(objective(layout, 1), coefficients, stride, FEATURES, 1f);
            try (Exchange shared = new SharedExchange(lanes);
                    Exchange shuffle = new ShuffleExchange(lanes)) {
                Pass.Sums one = shared.evaluate(pass);
                Pass.Sums other = shuffle.evaluate(pass);
                assertThat(other.gradient()).isEqualTo(one.gradient());
                assertThat(other.loss()).isEqualTo(one.loss());
            }
        }
    }

    @Test
    void theGradientIsTheDerivativeOfTheLoss() {
        Random random = new Random(6);
        JavaRDD<Block> lanes = lanes(random);
        Layout layout = Layout.softmax(4);
        int stride = Pass.padded(4);
        float[] coefficients = new float[(FEATURES + 1) * stride];
        int probe = 7 * stride + 2;
        double[] losses = new double[2];
        float step = 0.01f;
        try (Exchange exchange = new SharedExchange(lanes)) {
            Pass pass = new Pass(objective(layout, Problem.NO_FOLD), coefficients, stride, FEATURES, 1f);
            double slope = exchange.evaluate(pass).gradient()[probe];
            for (int side = 0; side < 2; side++) {
                coefficients[probe] = side == 0 ? -step : step;
                losses[side] = exchange.evaluate(pass).loss()[0];
            }
            assertThat((losses[1] - losses[0]) / (2 * step))
                    .isCloseTo(slope, org.assertj.core.data.Percentage.withPercentage(0.5));
        }
    }
}
