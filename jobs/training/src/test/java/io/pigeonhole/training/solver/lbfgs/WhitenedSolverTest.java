package io.pigeonhole.training.solver.lbfgs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.passes.Curvature;
import io.pigeonhole.training.solver.passes.JobExchange;
import io.pigeonhole.training.solver.passes.Pass;
import io.pigeonhole.training.solver.passes.SharedExchange;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.Loss;
import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.problems.Problem;
import io.pigeonhole.training.solver.problems.Solution;
import io.pigeonhole.training.solver.problems.SolverInput;
import io.pigeonhole.training.solver.problems.SolverOptions;
import io.pigeonhole.training.solver.rows.Lanes;
import io.pigeonhole.training.solver.rows.TrainingRow;
import io.pigeonhole.transforms.SparkTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows that are dense, of features that all but repeat each other, and many times the same. */
class WhitenedSolverTest extends SparkTest {

    private static final int FEATURES = 12;
    private static final int CLASSES = 5;
    private static final int DIFFERENT = 600;
    private static final int TIMES = 4;

    enum Kind {
        LOGISTIC(Layout.oneVsRest(CLASSES), new Loss.Logistic()),
        SQUARED_HINGE(Layout.oneVsRest(CLASSES), new Loss.SquaredHinge()),
        SOFTMAX(Layout.softmax(CLASSES), new Loss.CrossEntropy(0.05, 0.5));

        private final Layout layout;
        private final Loss loss;

        Kind(Layout layout, Loss loss) {
            this.layout = layout;
            this.loss = loss;
        }
    }

    private static List<TrainingRow> examples() {
        Random random = new Random(11);
        List<TrainingRow> examples = new ArrayList<>();
        int[] all = IntStream.range(0, FEATURES).toArray();
        for (int i = 0; i < DIFFERENT; i++) {
            int label = random.nextInt(CLASSES) * random.nextInt(2);
            double common = random.nextGaussian() + label;
            float[] values = new float[FEATURES];
            for (int j = 0; j < FEATURES; j++) {
                values[j] = (float) (common + 0.03 * random.nextGaussian() + (j % CLASSES == label ? 0.1 : 0));
            }
            TrainingRow example = new TrainingRow(all, values, label, 1f, random.nextInt(2));
            examples.addAll(Collections.nCopies(TIMES, example));
        }
        Collections.shuffle(examples, random);
        return examples;
    }

    private static Lanes lanes(List<TrainingRow> examples) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        return Lanes.of(
                context.parallelize(examples, 3),
                FEATURES,
                IntStream.range(0, CLASSES).toArray());
    }

    private static SolverInput input(Lanes lanes, Kind kind, int maxIter, double tol) {
        double[] weights = {1, 2, 1, 1, 0.5};
        List<Problem> problems = IntStream.range(0, kind.layout.problems())
                .mapToObj(p -> new Problem(1e-4, 0, weights, p == 1 ? 1 : Problem.NO_FOLD))
                .toList();
        SolverOptions options = new SolverOptions(maxIter, tol, true, SolverOptions.Method.LBFGS);
        return new SolverInput(
                lanes, kind.layout, problems, kind.loss, Optional.empty(), options, (pass, sum, open, all) -> {});
    }

    private static double sum(Solution solution) {
        return Arrays.stream(solution.objectives()).sum();
    }

    @ParameterizedTest
    @EnumSource
    void itReachesTheOptimumOfPlainLbfgsInAFractionOfItsPasses(Kind kind) {
        try (Lanes lanes = lanes(examples())) {
            SolverInput long1 = input(lanes, kind, 2_000, 1e-9);
            Solution plain = LbfgsSolver.solve(long1, MemoryPlan.of(lanes, kind.layout, false));
            SolverInput short1 = input(lanes(examples()), kind, 60, 1e-6);
            assertThat(WhitenedSolver.suits(short1)).isTrue();
            Solution whitened = LbfgsSolver.solve(short1);
            // with the squared hinge, plain L-BFGS itself ends 6e-4 above
            assertThat(sum(whitened) / sum(plain)).isBetween(1 - 1e-3, 1 + 1e-4);
            assertThat(whitened.passes()).isLessThan(plain.passes() / 2);
        }
    }

    @Test
    void rowsThatAreTheSameAreOneRowWithTheirWeights() {
        List<TrainingRow> merged = examples().stream().distinct().toList();
        try (Lanes lanes = lanes(examples())) {
            assertThat(lanes.rows()).isEqualTo(DIFFERENT);
            assertThat(lanes.entries()).isEqualTo((long) DIFFERENT * FEATURES);
            assertThat(Arrays.stream(lanes.weightByClass(Problem.NO_FOLD)).sum())
                    .isEqualTo(DIFFERENT * TIMES);
            assertThat(merged).hasSize(DIFFERENT);
        }
    }

    @Test
    void onePassAfterTheOtherInTheProcessAndAsJobsGivesTheSameBits() {
        try (Lanes lanes = lanes(examples())) {
            Objective objective = Objective.of(
                    Kind.SOFTMAX.layout,
                    Kind.SOFTMAX.loss,
                    input(lanes, Kind.SOFTMAX, 1, 1).problems(),
                    new float[CLASSES]);
            float[] point = new float[(FEATURES + 1) * Matrices.PADDING];
            Arrays.fill(point, 0.1f);
            Pass pass = new Pass(objective, point, Matrices.PADDING, FEATURES, 1);
            List<Pass.Sums> sums = Stream.of(new SharedExchange(lanes.blocks()), new JobExchange(lanes.blocks()))
                    .map(exchange -> exchange.evaluate(pass))
                    .toList();
            assertThat(sums.get(1).gradient()).isEqualTo(sums.get(0).gradient());
            assertThat(sums.get(1).loss()).isEqualTo(sums.get(0).loss());
        }
    }

    @Test
    void curvaturesAreTheSecondDerivativesOfTheLoss() {
        try (Lanes lanes = lanes(examples())) {
            SolverInput input = input(lanes, Kind.SOFTMAX, 1, 1);
            Objective objective = Objective.of(input.layout(), input.loss(), input.problems(), new float[CLASSES]);
            float[] point = new float[(FEATURES + 1) * Matrices.PADDING];
            for (int i = 0; i < point.length; i++) {
                point[i] = (i % 7 - 3) / 20f;
            }
            double[] sums = Curvature.above(0, new Pass(objective, point, Matrices.PADDING, FEATURES, 1))
                    .of(lanes)[2];
            for (int feature : new int[] {0, 5, FEATURES}) {
                float step = 0.05f;
                double[] gradients = Stream.of(-step, step)
                        .mapToDouble(by -> gradient(lanes, objective, point, feature, by))
                        .toArray();
                double slope = (gradients[1] - gradients[0]) / (2 * step);
                assertThat(sums[Curvature.start(feature) + feature] / slope).isCloseTo(1, within(2e-2));
            }
        }
    }

    private static double gradient(Lanes lanes, Objective objective, float[] point, int feature, float by) {
        float[] moved = point.clone();
        moved[feature * Matrices.PADDING + 2] += by;
        Pass pass = new Pass(objective, moved, Matrices.PADDING, FEATURES, 1);
        return new JobExchange(lanes.blocks()).evaluate(pass).gradient()[feature * Matrices.PADDING + 2];
    }
}
