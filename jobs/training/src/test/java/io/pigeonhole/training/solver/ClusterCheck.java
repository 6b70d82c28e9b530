package io.pigeonhole.training.solver;

import io.pigeonhole.training.solver.matrices.CoefficientRows;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.Loss;
import io.pigeonhole.training.solver.problems.Problem;
import io.pigeonhole.training.solver.problems.Solution;
import io.pigeonhole.training.solver.problems.SolverInput;
import io.pigeonhole.training.solver.problems.SolverListener;
import io.pigeonhole.training.solver.problems.SolverOptions;
import io.pigeonhole.training.solver.rows.Lanes;
import io.pigeonhole.training.solver.rows.TrainingRow;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;

/**
 * Trains one against the rest on generated rows under whatever master it is submitted to, and prints the memory plan, the
 * seconds of each pass, the driver's peak memory and a hash of the coefficients, which it never collects: the hash is the
 * same under every master.
 */
public final class ClusterCheck {

    private static final int NON_ZEROS = 40;

    private ClusterCheck() {}

    /**
     * @param args classes, features, rows, most passes, method
     */
    public static void main(String[] args) {
        int classes = Integer.parseInt(args[0]);
        int features = Integer.parseInt(args[1]);
        int rows = Integer.parseInt(args[2]);
        int passes = Integer.parseInt(args[3]);
        SolverOptions.Method method = SolverOptions.Method.valueOf(args[4]);
        try (JavaSparkContext context = new JavaSparkContext(new SparkConf().setAppName("cluster check"))) {
            JavaRDD<TrainingRow> examples = context.parallelize(
                            IntStream.range(0, rows).boxed().toList(), 4)
                    .map(new Generated(classes, features));
            int[] order = IntStream.range(0, classes).toArray();
            double[] weights = new double[classes];
            Arrays.fill(weights, 1);
            Problem problem = new Problem(1e-5, 0, weights, Problem.NO_FOLD);
            Layout layout = Layout.oneVsRest(classes);
            try (Lanes lanes = Lanes.of(examples, features, order)) {
                Solution solution = Solver.solve(new SolverInput(
                        lanes,
                        layout,
                        Collections.nCopies(classes, problem),
                        new Loss.Logistic(),
                        Optional.empty(),
                        new SolverOptions(passes, 1e-4, true, method),
                        new Printing()));
                System.out.printf(
                        Locale.ROOT,
                        "passes %d, objective %.9f, coefficients %016x%n",
                        solution.passes(),
                        Arrays.stream(solution.objectives()).sum(),
                        hash(solution, classes));
                solution.matrix().close();
            }
            Runtime runtime = Runtime.getRuntime();
            System.out.printf(
                    Locale.ROOT,
                    "driver: %d of %d MiB in use at the end%n",
                    (runtime.totalMemory() - runtime.freeMemory()) >> 20,
                    runtime.maxMemory() >> 20);
        }
    }

    private static final class Printing implements SolverListener {

        private static final long serialVersionUID = 1L;
        private long last = System.nanoTime();

        @Override
        public void planned(String description) {
            System.out.println(description);
        }

        @Override
        public void passed(int pass, double objective, int open, int problems) {
            long now = System.nanoTime();
            System.out.printf(
                    Locale.ROOT,
                    "pass %d: %.9f, %d of %d open, %.2f s%n",
                    pass,
                    objective,
                    open,
                    problems,
                    (now - last) * 1e-9);
            last = now;
        }
    }

    /** A sum of hashes of the entries, which does not depend on how they are cut into parts. */
    private static long hash(Solution solution, int columns) {
        Function<CoefficientRows, Long> ofPart = part -> {
            long sum = 0;
            for (int i = 0; i < part.values().length; i++) {
                long row = part.from() + i / part.columns().length;
                long place = row * columns + part.columns()[i % part.columns().length];
                sum += new Random(place * 31 + Float.floatToIntBits(part.values()[i])).nextLong();
            }
            return sum;
        };
        Optional<JavaRDD<CoefficientRows>> parts = solution.matrix().parts();
        if (parts.isPresent()) {
            return parts.get().map(ofPart).reduce(Long::sum);
        }
        int[] all = IntStream.range(0, columns).toArray();
        try {
            return ofPart.call(new CoefficientRows(0, all, solution.coefficients()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A row whose features are mostly those of its class. */
    private record Generated(int classes, int features) implements Function<Integer, TrainingRow> {

        @Override
        public TrainingRow call(Integer row) {
            Random random = new Random(row * 7919L + 13);
            int label = row < classes ? row : random.nextInt(classes);
            TreeSet<Integer> present = new TreeSet<>();
            while (present.size() < NON_ZEROS) {
                boolean typical = random.nextDouble() < 0.3;
                long typicalFeature = (label * 7907L + random.nextInt(200)) % features;
                // as in texts, a few features are in many rows and most in few
                int anyFeature = (int) (features * Math.pow(random.nextDouble(), 3));
                present.add(typical ? (int) typicalFeature : anyFeature);
            }
            float[] values = new float[NON_ZEROS];
            Arrays.fill(values, (float) (1 / Math.sqrt(NON_ZEROS)));
            List<Integer> indices = List.copyOf(present);
            return new TrainingRow(indices.stream().mapToInt(Integer::intValue).toArray(), values, label, 1f, 0);
        }
    }
}
