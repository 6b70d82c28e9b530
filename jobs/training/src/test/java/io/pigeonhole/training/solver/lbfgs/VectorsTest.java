package io.pigeonhole.training.solver.lbfgs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.passes.Pass;
import io.pigeonhole.training.solver.passes.SharedExchange;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.Loss;
import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.problems.Problem;
import io.pigeonhole.training.solver.problems.Solution;
import io.pigeonhole.training.solver.problems.SolverInput;
import io.pigeonhole.training.solver.problems.SolverOptions;
import io.pigeonhole.training.solver.rows.Block;
import io.pigeonhole.training.solver.rows.Lanes;
import io.pigeonhole.training.solver.rows.TrainingRow;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.SparkTest;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VectorsTest extends SparkTest {

    private static final int FEATURES = 30;
    private static final int LANES = 5;
    private static final int ROWS_OF_LANE = 50;
    private static final double[] WEIGHTS = {1, 2, 1, 0.5};

    /** Rows over several lanes, as one would have with millions of them. */
    private static JavaRDD<Block> blocks(Random random) {
        List<List<TrainingRow>> lanes = new ArrayList<>();
        for (int lane = 0; lane < LANES; lane++) {
            List<TrainingRow> examples = new ArrayList<>();
            for (int row = 0; row < ROWS_OF_LANE; row++) {
                int[] indices =
                        random.ints(0, FEATURES).distinct().limit(5).sorted().toArray();
                float[] values = {1f, random.nextFloat(), random.nextFloat(), 2f, 3f};
                examples.add(new TrainingRow(indices, values, random.nextInt(4), 1f, random.nextInt(2)));
            }
            lanes.add(examples);
        }
        return JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(lanes, LANES)
                .map(Block::of);
    }

    private static Lanes lanes(int features) {
        double[] moments = new double[features];
        Arrays.fill(moments, 0.5);
        double[] weights = {30, 30, 30, 35};
        long rows = LANES * ROWS_OF_LANE;
        return new Lanes(blocks(new Random(5)), features, rows, 5 * rows, new double[][] {weights, weights}, moments);
    }

    static Stream<Layout> layouts() {
        Taxonomy taxonomy = Taxonomy.ofPaths(
                Map.of("a", List.of("x", "a"), "b", List.of("x", "b"), "c", List.of("y", "c"), "d", List.of("y", "d")));
        return Stream.of(Layout.oneVsRest(4), Layout.hierarchical(taxonomy));
    }

    private static Solution solve(Layout layout, MemoryPlan plan) {
        Loss loss = layout.isBinary() ? new Loss.Logistic() : new Loss.CrossEntropy(0.1, 0.5);
        List<Problem> problems = IntStream.range(0, layout.problems())
                .mapToObj(p -> new Problem(0.01, p == 1 ? 0.01 : 0, WEIGHTS, p == 2 ? 1 : Problem.NO_FOLD))
                .toList();
        SolverOptions options = new SolverOptions(14, 1e-3, true, SolverOptions.Method.LBFGS);
        return LbfgsSolver.solve(
                new SolverInput(
                        lanes(FEATURES),
                        layout,
                        problems,
                        loss,
                        Optional.empty(),
                        options,
                        (pass, objective, open, all) -> {}),
                plan);
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void slicesHereOrOnExecutorsAndProblemsTogetherOrInGroupsGiveTheSameBits(Layout layout) {
        List<Integer> together = List.of(layout.problems());
        List<Integer> groups = List.of(1, layout.problems());
        Solution expected = solve(layout, new MemoryPlan(false, 8, together, ""));
        for (MemoryPlan plan : List.of(new MemoryPlan(false, 8, groups, ""), new MemoryPlan(true, 8, groups, ""))) {
            Solution solution = solve(layout, plan);
            assertThat(solution.coefficients()).isEqualTo(expected.coefficients());
            assertThat(solution.objectives()).isEqualTo(expected.objectives());
            solution.matrix().close();
        }
    }

    @Test
    void groupsTakeAsManyProblemsAsFit() {
        assertThat(MemoryPlan.groupEnds(Layout.oneVsRest(100), 48)).containsExactly(48, 96, 100);
        assertThat(MemoryPlan.groupEnds(Layout.softmax(20).repeated(3), 64)).containsExactly(3);
        assertThat(MemoryPlan.groupEnds(Layout.softmax(20).repeated(3), 48)).containsExactly(2, 3);
    }

    @Test
    void whatCannotFitIsRefusedBeforeTheFirstPassWithWhatWouldHelp() {
        Lanes wide = lanes(1 << 24);
        assertThat(MemoryPlan.of(lanes(FEATURES), Layout.softmax(4), false).description())
                .contains("250 rows, 30 features, 4 columns in 1 group(s)");
        assertThatThrownBy(() -> MemoryPlan.of(wide, Layout.softmax(4000), false))
                .isInstanceOf(PipelineException.class)
                .hasMessageContainingAll("spark.driver.memory", "features", "one_vs_rest and hierarchical");
    }

    @Test
    void theGradientIsTheDerivativeOfTheLoss() {
        JavaRDD<Block> lanes = blocks(new Random(6));
        Layout layout = Layout.softmax(4);
        int stride = Matrices.padded(4);
        float[] coefficients = new float[(FEATURES + 1) * stride];
        int probe = 7 * stride + 2;
        double[] losses = new double[2];
        float step = 0.01f;
        Problem problem = new Problem(0, 0, WEIGHTS, Problem.NO_FOLD);
        Objective objective = Objective.of(
                layout,
                new Loss.CrossEntropy(0.1, 0),
                Collections.nCopies(layout.problems(), problem),
                new float[layout.columns()]);
        Pass pass = new Pass(objective, coefficients, stride, FEATURES, 1f);
        try (SharedExchange exchange = new SharedExchange(lanes)) {
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
