package io.pigeonhole.training.solver.dual;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.training.solver.Solver;
import io.pigeonhole.training.solver.lbfgs.LbfgsSolver;
import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.problems.InitialGuess;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.Loss;
import io.pigeonhole.training.solver.problems.Marks;
import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.problems.Problem;
import io.pigeonhole.training.solver.problems.Solution;
import io.pigeonhole.training.solver.problems.SolverInput;
import io.pigeonhole.training.solver.problems.SolverListener;
import io.pigeonhole.training.solver.problems.SolverOptions;
import io.pigeonhole.training.solver.rows.Lanes;
import io.pigeonhole.training.solver.rows.Rows;
import io.pigeonhole.training.solver.rows.TrainingRow;
import io.pigeonhole.transforms.SparkTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Coordinate ascent by itself, on rows as they are where it is the default: sparse, and few beside the features. */
class DualAscentTest extends SparkTest {

    private static final int CLASSES = 40;
    private static final int ROWS = 400;
    private static final int FEATURES = 1_000;
    private static final double TOL = 1e-5;
    private static final SolverListener SILENT = (pass, objective, open, problems) -> {};

    private enum Kind {
        LOGISTIC(new Loss.Logistic()),
        SQUARED_HINGE(new Loss.SquaredHinge()),
        CROSS_ENTROPY(new Loss.CrossEntropy(0.1, 0.5));

        private final Loss loss;

        Kind(Loss loss) {
            this.loss = loss;
        }

        /** Against the rest, or a softmax over pairs of classes; each twice, with two penalties. */
        Layout layout() {
            return (loss.isBinary() ? Layout.oneVsRest(CLASSES) : Layout.softmax(CLASSES)).repeated(2);
        }

        List<Problem> problems() {
            double[] weights = new double[CLASSES];
            Arrays.setAll(weights, c -> 1 + c % 2);
            List<Problem> problems = new ArrayList<>();
            problems.addAll(
                    Collections.nCopies(layout().problems() / 2, new Problem(1e-3, 0, weights, Problem.NO_FOLD)));
            problems.addAll(Collections.nCopies(layout().problems() / 2, new Problem(1e-4, 0, weights, 1)));
            return problems;
        }
    }

    /** Rows of a few features, more of them those of the class; the values are multiplied by {@code scale(feature)}. */
    private static Lanes lanes(IntToDoubleFunction scale) {
        List<TrainingRow> examples = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            Random random = new Random(row);
            int label = row % CLASSES;
            int[] indices = IntStream.generate(
                            () -> random.nextBoolean() ? label * 20 + random.nextInt(20) : random.nextInt(FEATURES))
                    .distinct()
                    .limit(12)
                    .sorted()
                    .toArray();
            float[] values = new float[indices.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (0.3 * scale.applyAsDouble(indices[i]));
            }
            examples.add(new TrainingRow(indices, values, label, 1 + row % 3, row / CLASSES % 4));
        }
        JavaRDD<TrainingRow> rdd =
                JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(examples, 3);
        return Lanes.of(rdd, FEATURES, IntStream.range(0, CLASSES).toArray());
    }

    private static SolverOptions options(SolverOptions.Method method, double tol) {
        return new SolverOptions(1_000, tol, true, method);
    }

    private static DualAscent ascent(Lanes lanes, Kind kind, boolean[] some) {
        Layout layout = kind.layout();
        InitialGuess begin = new InitialGuess(lanes, layout, kind.loss, kind.problems());
        Objective objective = Objective.of(layout, kind.loss, kind.problems(), begin.offsets());
        float[] intercepts = select(begin.intercepts(), layout.columns(), layout.columns(some));
        return new DualAscent(
                Rows.of(lanes.blocks().collect()),
                objective.select(some),
                FEATURES,
                Marks.kept(begin.totalWeights(), some),
                intercepts,
                true);
    }

    private static float[] select(float[] matrix, int stride, int[] columns) {
        return Matrices.select(matrix, stride, columns, columns.length);
    }

    private static boolean[] all(Kind kind) {
        boolean[] all = new boolean[kind.layout().problems()];
        Arrays.fill(all, true);
        return all;
    }

    private static DualAscent.Outcome ascend(Lanes lanes, Kind kind, boolean[] some) {
        return ascent(lanes, kind, some).run(null, TOL, 100, (epoch, objective, open) -> {});
    }

    @ParameterizedTest
    @EnumSource
    void eachProblemEndsWithinTheToleranceThatItsGapPromises(Kind kind) {
        try (Lanes lanes = lanes(feature -> 1)) {
            DualAscent.Outcome outcome = ascend(lanes, kind, all(kind));
            Solution optimum = Solver.solve(new SolverInput(
                    lanes,
                    kind.layout(),
                    kind.problems(),
                    kind.loss,
                    Optional.empty(),
                    options(SolverOptions.Method.LBFGS, 1e-9),
                    SILENT));
            assertThat(outcome.states()).containsOnly(DualAscent.State.CONVERGED);
            assertThat(outcome.epochs()).isLessThan(40);
            for (int p = 0; p < outcome.states().length; p++) {
                double best = optimum.objectives()[p];
                assertThat(outcome.objectives()[p] / best - 1).isBetween(-1e-3, 2 * TOL);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatAProblemEndsAtDoesNotDependOnThoseBesideIt(Kind kind) {
        try (Lanes lanes = lanes(feature -> 1)) {
            Layout layout = kind.layout();
            DualAscent.Outcome together = ascend(lanes, kind, all(kind));
            for (int p : new int[] {0, layout.problems() - 1}) {
                boolean[] alone = new boolean[layout.problems()];
                alone[p] = true;
                DualAscent.Outcome outcome = ascend(lanes, kind, alone);
                int[] columns = IntStream.range(layout.start(p), layout.end(p)).toArray();
                assertThat(select(together.coefficients(), layout.columns(), columns))
                        .isEqualTo(outcome.coefficients());
                assertThat(together.objectives()[p]).isEqualTo(outcome.objectives()[0]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStartAtTheOptimumTakesFewerEpochs(Kind kind) {
        try (Lanes lanes = lanes(feature -> 1)) {
            DualAscent.Outcome cold = ascend(lanes, kind, all(kind));
            DualAscent.Outcome warm =
                    ascent(lanes, kind, all(kind)).run(cold.coefficients(), TOL, 100, (epoch, objective, open) -> {});
            assertThat(warm.states()).containsOnly(DualAscent.State.CONVERGED);
            assertThat(warm.epochs()).isLessThan(cold.epochs());
        }
    }

    @ParameterizedTest
    @EnumSource
    void featuresOfVeryDifferentSizeAreLeftToLbfgs(Kind kind) {
        IntToDoubleFunction scale = feature -> Math.pow(10, feature % 4);
        try (Lanes lanes = lanes(scale)) {
            assertThat(ascend(lanes, kind, all(kind)).states()).contains(DualAscent.State.LEFT);
        }
        double[] sums = Stream.of(SolverOptions.Method.LBFGS, SolverOptions.Method.DUAL)
                .map(method -> Solver.solve(new SolverInput(
                        lanes(scale),
                        kind.layout(),
                        kind.problems(),
                        kind.loss,
                        Optional.empty(),
                        options(method, 1e-6),
                        SILENT)))
                .mapToDouble(solution -> Arrays.stream(solution.objectives()).sum())
                .toArray();
        assertThat(sums[1] / sums[0]).isLessThan(1 + 2e-2);
    }

    /** Those that are left to L-BFGS among them, which begin anew there: features of very different size leave some. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 4})
    void coefficientsThatStayOnTheExecutorsAreTheSame(double base) {
        Kind kind = Kind.LOGISTIC;
        try (Lanes lanes = lanes(feature -> Math.pow(base, feature % 4))) {
            SolverInput input = new SolverInput(
                    lanes,
                    kind.layout(),
                    kind.problems(),
                    kind.loss,
                    Optional.empty(),
                    options(SolverOptions.Method.DUAL, 1e-4),
                    SILENT);
            DualPlan plan = DualPlan.of(input).orElseThrow();
            Solution here = new DualSolver(input, plan).solve();
            Solution there = new DualSolver(
                            input, new DualPlan(plan.eligible(), plan.groups(), true, plan.description()))
                    .solve();
            assertThat(there.matrix().parts()).isPresent();
            boolean[] left = new boolean[kind.layout().problems()];
            DualAscent.State[] states = ascent(lanes, kind, all(kind))
                    .run(null, 1e-4, 1_000, (epoch, objective, open) -> {})
                    .states();
            for (int p = 0; p < left.length; p++) {
                left[p] = states[p] != DualAscent.State.CONVERGED;
            }
            int[] same = kind.layout().columns(negated(left));
            assertThat(same).hasSizeGreaterThan(0);
            assertThat(Marks.count(left) > 0).isEqualTo(base > 1);
            assertThat(select(there.coefficients(), kind.layout().columns(), same))
                    .isEqualTo(select(here.coefficients(), kind.layout().columns(), same));
            if (base > 1) {
                Solution alone = LbfgsSolver.solve(new SolverInput(
                        lanes,
                        kind.layout().select(left),
                        IntStream.range(0, left.length)
                                .filter(p -> left[p])
                                .mapToObj(kind.problems()::get)
                                .toList(),
                        kind.loss,
                        Optional.empty(),
                        options(SolverOptions.Method.LBFGS, 1e-4),
                        SILENT));
                assertThat(select(
                                there.coefficients(),
                                kind.layout().columns(),
                                kind.layout().columns(left)))
                        .isEqualTo(alone.coefficients());
            }
            there.matrix().close();
        }
    }

    private static boolean[] negated(boolean[] flags) {
        boolean[] negated = new boolean[flags.length];
        for (int i = 0; i < flags.length; i++) {
            negated[i] = !flags[i];
        }
        return negated;
    }

    @Test
    void aGapThatIsLargeIsNotCalledConverged() {
        try (Lanes lanes = lanes(feature -> 1)) {
            DualAscent.Outcome outcome =
                    ascent(lanes, Kind.LOGISTIC, all(Kind.LOGISTIC)).run(null, TOL, 2, (epoch, objective, open) -> {});
            assertThat(outcome.states()).contains(DualAscent.State.OPEN);
        }
    }
}
