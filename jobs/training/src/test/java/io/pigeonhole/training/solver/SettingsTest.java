package io.pigeonhole.training.solver;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.Loss;
import io.pigeonhole.training.solver.problems.Problem;
import io.pigeonhole.training.solver.problems.Solution;
import io.pigeonhole.training.solver.problems.SolverInput;
import io.pigeonhole.training.solver.problems.SolverOptions;
import io.pigeonhole.training.solver.rows.Lanes;
import io.pigeonhole.training.solver.rows.TrainingRow;
import io.pigeonhole.transforms.SparkTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every loss, penalty, class weighting and fold held out, many of them in the same passes, reaches the objective that
 * LIBLINEAR, SAGA or SciPy found (reference/optima.py).
 */
class SettingsTest extends SparkTest {

    private static final int CLASSES = 4;
    private static final int FEATURES = 12;
    private static final double GAP = 1e-4;
    private static final double[] EVEN = {1, 1, 1, 1};
    private static final double[] WEIGHTED = {1, 2, 0.5, 1};
    private static final int MOST_PASSES = 300;
    private static final double TOL = 1e-7;

    private static Stream<String[]> lines(String name) {
        try (var stream = Objects.requireNonNull(SettingsTest.class.getResourceAsStream("/reference/" + name))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .map(line -> line.split(","));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Lanes lanes() {
        List<TrainingRow> examples = lines("optima_rows.csv")
                .map(cells -> {
                    int[] indices = new int[FEATURES];
                    float[] values = new float[FEATURES];
                    for (int j = 0; j < FEATURES; j++) {
                        indices[j] = j;
                        values[j] = Float.parseFloat(cells[3 + j]);
                    }
                    return new TrainingRow(
                            indices,
                            values,
                            Integer.parseInt(cells[0]),
                            Float.parseFloat(cells[1]),
                            Integer.parseInt(cells[2]));
                })
                .toList();
        JavaRDD<TrainingRow> rdd =
                JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(examples, 2);
        return Lanes.of(rdd, FEATURES, new int[] {0, 1, 2, 3});
    }

    /** A line of optima.csv. */
    record Optimum(Loss loss, boolean intercept, Problem problem, int column, double objective, int zeros) {

        static Optimum of(String[] cells) {
            Loss loss = switch (cells[1]) {
                case "logistic" -> new Loss.Logistic();
                case "squared_hinge" -> new Loss.SquaredHinge();
                default -> new Loss.CrossEntropy(Double.parseDouble(cells[2]), Double.parseDouble(cells[3]));
            };
            double[] weights = Boolean.parseBoolean(cells[7]) ? WEIGHTED : EVEN;
            Problem problem = new Problem(
                    Double.parseDouble(cells[5]), Double.parseDouble(cells[6]), weights, Integer.parseInt(cells[8]));
            return new Optimum(
                    loss,
                    Boolean.parseBoolean(cells[4]),
                    problem,
                    Integer.parseInt(cells[9]),
                    Double.parseDouble(cells[10]),
                    Integer.parseInt(cells[11]));
        }

        String settings() {
            return problem.l2() + " " + problem.l1() + " " + problem.classWeights()[1] + " " + problem.heldOut();
        }
    }

    /** The settings that share passes, for both methods; where there is L1, the dual one leaves it to L-BFGS. */
    static Stream<Arguments> groups() {
        return optima().stream()
                .flatMap(group -> Stream.of(SolverOptions.Method.LBFGS, SolverOptions.Method.DUAL)
                        .map(method -> Arguments.of(group, method)));
    }

    static List<List<Optimum>> optima() {
        Map<String, List<Optimum>> groups = lines("optima.csv")
                .collect(Collectors.groupingBy(
                        cells -> cells[0], TreeMap::new, Collectors.mapping(Optimum::of, Collectors.toList())));
        return List.copyOf(groups.values());
    }

    @ParameterizedTest
    @MethodSource("groups")
    void everySettingOfAGridReachesItsOwnOptimum(List<Optimum> optima, SolverOptions.Method method) {
        Map<String, List<Optimum>> settings =
                optima.stream().collect(Collectors.groupingBy(Optimum::settings, TreeMap::new, Collectors.toList()));
        Loss loss = optima.get(0).loss();
        Layout one = loss.isBinary() ? Layout.oneVsRest(CLASSES) : Layout.softmax(CLASSES);
        List<Optimum> expected = new ArrayList<>();
        for (List<Optimum> ofSetting : settings.values()) {
            ofSetting.stream().sorted((a, b) -> a.column() - b.column()).forEach(expected::add);
        }
        Layout layout = one.repeated(settings.size());
        Solution solution = solve(
                layout,
                expected.stream().map(Optimum::problem).toList(),
                loss,
                Optional.empty(),
                new SolverOptions(MOST_PASSES, TOL, optima.get(0).intercept(), method));
        for (int p = 0; p < layout.problems(); p++) {
            assertThat(solution.objectives()[p] / expected.get(p).objective() - 1)
                    .as(expected.get(p).toString())
                    .isBetween(-GAP, GAP);
            assertThat(zeros(solution, layout, p))
                    .isBetween(expected.get(p).zeros() - 1, expected.get(p).zeros() + 1);
        }
    }

    private static Solution solve(
            Layout layout, List<Problem> problems, Loss loss, Optional<float[]> start, SolverOptions options) {
        try (Lanes lanes = lanes()) {
            return Solver.solve(
                    new SolverInput(lanes, layout, problems, loss, start, options, (pass, objective, open, all) -> {}));
        }
    }

    private static int zeros(Solution solution, Layout layout, int problem) {
        int zeros = 0;
        for (int j = 0; j < FEATURES; j++) {
            for (int c = layout.start(problem); c < layout.end(problem); c++) {
                zeros += solution.coefficients()[j * layout.columns() + c] == 0f ? 1 : 0;
            }
        }
        return zeros;
    }

    @Test
    void aStartAtTheOptimumTakesAFractionOfThePasses() {
        SolverOptions options = new SolverOptions(MOST_PASSES, TOL, true, SolverOptions.Method.LBFGS);
        Layout layout = Layout.softmax(CLASSES).repeated(2);
        List<Problem> problems =
                List.of(new Problem(0.01, 0, EVEN, Problem.NO_FOLD), new Problem(0.005, 0.005, WEIGHTED, 1));
        Loss loss = new Loss.CrossEntropy(0, 0);
        Solution cold = solve(layout, problems, loss, Optional.empty(), options);
        Solution warm = solve(layout, problems, loss, Optional.of(cold.coefficients()), options);
        assertThat(warm.passes()).isLessThanOrEqualTo(cold.passes() / 3);
        for (int p = 0; p < problems.size(); p++) {
            assertThat(warm.objectives()[p] / cold.objectives()[p] - 1).isBetween(-1e-5, 1e-6);
        }
        assertThat(Arrays.equals(warm.coefficients(), new float[cold.coefficients().length]))
                .isFalse();
    }
}
