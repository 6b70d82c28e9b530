package io.pigeonhole.training.solver.dual;

import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.Problem;
import io.pigeonhole.training.solver.problems.SolverInput;
import io.pigeonhole.training.solver.problems.SolverOptions;
import io.pigeonhole.training.solver.rows.Lanes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;

/**
 * Which problems dual coordinate ascent solves, and in which groups. One thread works on a group and reads all rows.
 *
 * @param eligible whether it can solve a problem
 * @param groups numbers of the eligible problems, by group, ascending
 * @param onExecutors whether the coefficients stay on the executors, as the driver has no memory for them
 * @param description for the log
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record DualPlan(boolean[] eligible, List<int[]> groups, boolean onExecutors, String description) {

    /** Rows for each feature above which the coefficients are fewer than what coordinate ascent would keep of the rows. */
    private static final long MOST_ROWS_PER_FEATURE = 4;

    /** Elements of the coefficients, of the duals, and of the rows. */
    private static final long MOST_ELEMENTS = 1L << 28;

    /** Columns below which a group costs more in reading the rows than in working on them. */
    private static final int LEAST_COLUMNS = 32;

    private static final double USABLE = 0.8;
    private static final double GIBIBYTE = 1L << 30;

    public DualPlan {
        groups = List.copyOf(groups);
    }

    /** Plans; nothing where no problem is for it. */
    public static Optional<DualPlan> of(SolverInput input) {
        Lanes lanes = input.lanes();
        Layout layout = input.layout();
        SolverOptions.Method method = input.options().method();
        boolean[] eligible = new boolean[layout.problems()];
        for (int p = 0; p < eligible.length; p++) {
            eligible[p] =
                    input.problems().get(p).l2() > 0 && input.problems().get(p).l1() == 0;
        }
        boolean isWide = lanes.rows() <= MOST_ROWS_PER_FEATURE * lanes.dimension();
        boolean isWanted = method == SolverOptions.Method.DUAL || (method == SolverOptions.Method.AUTO && isWide);
        Layout some = layout.select(eligible);
        long coefficients = (lanes.dimension() + 1L) * Matrices.padded(some.columns());
        long duals = duals(lanes, some);
        if (!isWanted
                || some.problems() == 0
                || Math.max(lanes.entries(), Math.max(coefficients, duals)) > MOST_ELEMENTS) {
            return Optional.empty();
        }
        SparkContext context = lanes.blocks().context();
        int threads = Math.max(1, context.defaultParallelism());
        List<int[]> groups = groups(lanes, layout, eligible, threads);
        double rows = 8.0 * lanes.entries();
        double work = 4.0 * (coefficients + duals);
        double model = 4.0 * (lanes.dimension() + 1L) * layout.columns();
        double all = 2 * rows + work + 2 * model;
        double here = USABLE * Runtime.getRuntime().maxMemory();
        // a start is here, so the coefficients have room here, too
        boolean onExecutors = !context.isLocal() && input.start().isEmpty() && 2 * model > here;
        boolean fits = context.isLocal()
                ? all <= here
                : (onExecutors || 2 * model <= here)
                        && all <= USABLE * context.getConf().getSizeAsBytes("spark.executor.memory", "1g");
        return fits
                ? Optional.of(new DualPlan(
                        eligible,
                        groups,
                        onExecutors,
                        String.format(
                                Locale.ROOT,
                                "%,d rows, %,d features, %,d columns: dual coordinate ascent in %d group(s)%s%n"
                                        + "%.2f GiB for rows, %.2f for coefficients, %.2f for duals",
                                lanes.rows(),
                                lanes.dimension(),
                                some.columns(),
                                groups.size(),
                                onExecutors ? ", coefficients stay on the executors" : "",
                                2 * rows / GIBIBYTE,
                                4 * coefficients / GIBIBYTE,
                                4 * duals / GIBIBYTE)))
                : Optional.empty();
    }

    /** Bytes that it needs without rows and duals; infinite where it is not chosen for such a training. */
    public static double least(long rows, int dimension, Layout layout) {
        double coefficients = (dimension + 1.0) * Matrices.padded(layout.columns());
        return rows > MOST_ROWS_PER_FEATURE * dimension || coefficients > MOST_ELEMENTS
                ? Double.POSITIVE_INFINITY
                : 4 * coefficients + 2 * 4.0 * (dimension + 1.0) * layout.columns();
    }

    /** Elements of the duals: a row has them for each column of the problems that it takes part in. */
    private static long duals(Lanes lanes, Layout layout) {
        if (layout.isBinary()) {
            return lanes.rows() * Matrices.padded(layout.columns());
        }
        double rowsPerWeight = lanes.rows()
                / Math.max(Double.MIN_NORMAL, Arrays.stream(weights(lanes)).sum());
        double sum = 0;
        double[] taking = taking(lanes, layout);
        for (int p = 0; p < taking.length; p++) {
            sum += taking[p] * rowsPerWeight * (layout.end(p) - layout.start(p));
        }
        return (long) sum;
    }

    private static double[] weights(Lanes lanes) {
        return lanes.weightByClass(Problem.NO_FOLD);
    }

    /** Weight of the rows that take part in each problem of a layout that is not binary. */
    private static double[] taking(Lanes lanes, Layout layout) {
        double[] weights = weights(lanes);
        int[] problemOfColumn = layout.problemOfColumn();
        double[] taking = new double[layout.problems()];
        for (int label = 0; label < layout.classes(); label++) {
            for (int target : layout.targets(label)) {
                taking[problemOfColumn[target]] += weights[label];
            }
        }
        return taking;
    }

    /** About as much work to each group, the largest problems dealt first. */
    private static List<int[]> groups(Lanes lanes, Layout layout, boolean[] eligible, int threads) {
        int columns = layout.select(eligible).columns();
        int count = Math.max(1, Math.min(threads, columns / LEAST_COLUMNS));
        double[] costs = new double[layout.problems()];
        if (layout.isBinary()) {
            Arrays.fill(costs, 1);
        } else {
            double[] taking = taking(lanes, layout);
            Arrays.setAll(costs, p -> taking[p] * Matrices.padded(layout.end(p) - layout.start(p)));
        }
        double[] loads = new double[count];
        List<List<Integer>> dealt = new ArrayList<>();
        IntStream.range(0, count).forEach(group -> dealt.add(new ArrayList<>()));
        IntStream.range(0, costs.length)
                .filter(p -> eligible[p])
                .boxed()
                .sorted(Comparator.comparingDouble((Integer p) -> -costs[p]).thenComparing(p -> p))
                .forEach(p -> {
                    int least = 0;
                    for (int group = 1; group < count; group++) {
                        least = loads[group] < loads[least] ? group : least;
                    }
                    loads[least] += costs[p];
                    dealt.get(least).add(p);
                });
        return dealt.stream()
                .filter(group -> !group.isEmpty())
                .map(group ->
                        group.stream().sorted().mapToInt(Integer::intValue).toArray())
                .toList();
    }
}
