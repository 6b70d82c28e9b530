package io.pigeonhole.training;

import io.pigeonhole.training.solver.Solver;
import io.pigeonhole.training.solver.matrices.CoefficientMatrix;
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
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/**
 * Trains the same trainer several times over, with other settings and other rows held out, as problems of the same passes.
 * Problems whose coefficients are too many for one matrix are dealt to several, one after the other; those of nodes that
 * few rows pass use only these rows and their features.
 */
final class Training {

    /** Coefficients of one matrix. The optimiser holds about twenty matrices: 2.7 GB in all. */
    static final long MOST_ELEMENTS = 1L << 25;

    private final Scheme scheme;
    private final Loss loss;
    private final SolverOptions options;
    private final SolverListener listener;
    private final TrainingRows rows;
    private final Taxonomy tree;
    private final Layout layout;
    private final List<Trial> trials;
    private final Optional<WarmStart> warmStart;
    private final long mostElements;

    /**
     * One training.
     *
     * @param heldOut the fold whose rows take no part, or {@link Problem#NO_FOLD}
     */
    record Trial(Setting setting, int heldOut) {}

    /** The result of one training. */
    record Trained(Coefficients coefficients, TrainingSummary summary) {}

    Training(
            Scheme scheme,
            Loss loss,
            SolverOptions options,
            SolverListener listener,
            TrainingRows rows,
            Taxonomy tree,
            List<Trial> trials,
            Optional<WarmStart> warmStart,
            long mostElements) {
        this.scheme = scheme;
        this.loss = loss;
        this.options = options;
        this.listener = listener;
        this.rows = rows;
        this.tree = tree;
        this.layout = scheme.layout(tree);
        this.trials = List.copyOf(trials);
        this.warmStart = warmStart;
        this.mostElements = mostElements;
    }

    /** Runs of problems, of all trials side by side, that one matrix holds. */
    private List<boolean[]> matrices(Layout whole) {
        return matrices(layout, whole, rows.dimension(), mostElements);
    }

    static List<boolean[]> matrices(Layout layout, Layout whole, int dimension, long mostElements) {
        List<boolean[]> matrices = new ArrayList<>();
        boolean[] current = new boolean[whole.problems()];
        long columns = 0;
        // the columns of a binary layout stay together: a model has them in one group
        int step = layout.isBinary() ? layout.problems() : 1;
        for (int p = 0; p < whole.problems(); p += step) {
            int width = whole.end(p + step - 1) - whole.start(p);
            if (columns > 0 && (columns + width) * (dimension + 1L) > mostElements) {
                matrices.add(current);
                current = new boolean[whole.problems()];
                columns = 0;
            }
            Arrays.fill(current, p, p + step, true);
            columns += width;
        }
        matrices.add(current);
        return matrices;
    }

    /** Trains all, in their order. */
    List<Trained> run() {
        Layout whole = layout.repeated(trials.size());
        List<boolean[]> matrices = matrices(whole);
        Results results = new Results(whole);
        JavaRDD<TrainingRow> examples = rows.examples();
        for (boolean[] matrix : matrices) {
            boolean[] taking = taking(whole.select(matrix));
            boolean all = IntStream.range(0, taking.length).allMatch(label -> taking[label]);
            if (all) {
                solve(results, matrix, examples, taking, null, matrices.size() == 1);
            } else {
                JavaRDD<TrainingRow> some = examples.filter(example -> taking[example.label()]);
                int[] seen = seen(some);
                solve(results, matrix, renumbered(some, seen), taking, seen, false);
            }
        }
        return results.trained();
    }

    /** Classes that have a column in some problem. */
    private static boolean[] taking(Layout some) {
        boolean[] taking = new boolean[some.classes()];
        for (int label = 0; label < taking.length; label++) {
            taking[label] = some.isBinary() || some.targets(label).length > 0;
        }
        return taking;
    }

    /** The features that occur, ascending. */
    private static int[] seen(JavaRDD<TrainingRow> examples) {
        return examples
                .mapPartitions((Iterator<TrainingRow> it) -> {
                    BitSet seen = new BitSet();
                    it.forEachRemaining(
                            example -> Arrays.stream(example.indices()).forEach(seen::set));
                    return List.of(seen).iterator();
                })
                .fold(new BitSet(), (left, right) -> {
                    left.or(right);
                    return left;
                })
                .stream()
                .toArray();
    }

    private JavaRDD<TrainingRow> renumbered(JavaRDD<TrainingRow> examples, int[] seen) {
        int[] places = new int[rows.dimension()];
        for (int i = 0; i < seen.length; i++) {
            places[seen[i]] = i;
        }
        Broadcast<int[]> shared =
                JavaSparkContext.fromSparkContext(examples.context()).broadcast(places);
        return examples.map(example -> new TrainingRow(
                Arrays.stream(example.indices()).map(j -> shared.value()[j]).toArray(),
                example.values(),
                example.label(),
                example.weight(),
                example.fold()));
    }

    /**
     * Solves the marked problems.
     *
     * @param examples rows of the classes that take part
     * @param seen the features in the order in which the rows number them; all features if null
     * @param isOnly whether the training rows are no longer needed once they are dealt
     */
    private void solve(
            Results results,
            boolean[] marked,
            JavaRDD<TrainingRow> examples,
            boolean[] taking,
            int @Nullable [] seen,
            boolean isOnly) {
        int[] features = seen == null ? Coefficients.allFeatures(rows.dimension()) : withIntercept(seen);
        Layout some = results.whole.select(marked);
        int dimension = features.length - 1;
        Lanes.Size size = rows.size(taking);
        try (Lanes lanes = Lanes.of(examples, size, dimension, TrainingRows.inPathOrder(tree))) {
            if (isOnly) {
                rows.close();
            }
            results.first(lanes, size.rows());
            List<Problem> problems = new ArrayList<>();
            for (int p = 0; p < marked.length; p++) {
                if (marked[p]) {
                    problems.add(results.problem(p / layout.problems(), some));
                }
            }
            Optional<float[]> start = warmStart.map(earlier -> start(earlier, results, some, marked, features));
            Solution solution = Solver.solve(new SolverInput(lanes, some, problems, loss, start, options, listener));
            results.add(marked, some, features, size.rows(), solution);
        }
    }

    private int[] withIntercept(int[] seen) {
        int[] features = Arrays.copyOf(seen, seen.length + 1);
        features[seen.length] = rows.dimension();
        return features;
    }

    private float[] start(WarmStart earlier, Results results, Layout some, boolean[] marked, int[] features) {
        float[] start = new float[features.length * some.columns()];
        int next = 0;
        for (int p = 0; p < marked.length; p++) {
            if (marked[p]) {
                int trial = p / layout.problems();
                double[] weights = results.weightByClass(trial);
                earlier.fill(layout, p % layout.problems(), weights, features, start, some.columns(), some.start(next));
                next++;
            }
        }
        return start;
    }

    /** Results so far. */
    private final class Results {

        private final Layout whole;
        private final ColumnGroup[] groups;
        private final double[] objectives;
        private long allRows;
        private double scans;
        private int open;
        private double[][] weightByTrial = {};

        Results(Layout whole) {
            this.whole = whole;
            this.groups = new ColumnGroup[layout.isBinary() ? trials.size() : whole.problems()];
            this.objectives = new double[trials.size()];
        }

        /** The first matrix has the root, which all rows pass. */
        void first(Lanes lanes, long rowsUsed) {
            if (allRows == 0) {
                allRows = rowsUsed;
                weightByTrial = trials.stream()
                        .map(trial -> lanes.weightByClass(trial.heldOut()))
                        .toArray(double[][]::new);
            }
        }

        /** Weights of the classes' rows, as the trial sees them. */
        double[] weightByClass(int trial) {
            double[] weights = weightByTrial[trial].clone();
            double[] factors = trials.get(trial).setting().factors(tree.labels(), weights);
            Arrays.setAll(weights, label -> weights[label] * factors[label]);
            return weights;
        }

        /** Share of the row weights that take part in some problems. */
        private double share(int trial, Layout some) {
            double[] weights = weightByClass(trial);
            boolean[] taking = taking(some);
            double all = Arrays.stream(weights).sum();
            double part = IntStream.range(0, weights.length)
                    .filter(label -> taking[label])
                    .mapToDouble(label -> weights[label])
                    .sum();
            return all > 0 && part > 0 ? part / all : 1;
        }

        /** The mean loss is then over fewer rows; the penalty grows as the loss does. */
        Problem problem(int trial, Layout some) {
            Setting setting = trials.get(trial).setting();
            double[] factors = setting.factors(tree.labels(), weightByTrial[trial]);
            return Problem.of(
                    setting.regParam() / share(trial, some),
                    setting.elasticNet(),
                    factors,
                    trials.get(trial).heldOut());
        }

        void add(boolean[] marked, Layout some, int[] features, long rowsUsed, Solution solution) {
            scans += solution.passes() * (double) rowsUsed / allRows;
            open += solution.open();
            int stride = some.columns();
            Optional<JavaRDD<CoefficientRows>> distant = distant(some, features.length, solution.matrix());
            float[] matrix =
                    distant.isPresent() ? new float[0] : solution.matrix().toArray();
            int next = 0;
            for (int p = 0; p < marked.length; p++) {
                if (!marked[p]) {
                    continue;
                }
                int trial = p / layout.problems();
                objectives[trial] += solution.objectives()[next] * share(trial, some);
                int from = some.start(next);
                if (distant.isPresent()) {
                    int group = layout.isBinary() ? trial : p;
                    groups[group] =
                            groups[group] == null ? DistantGroup.of(distant.get(), features, stride) : groups[group];
                } else if (!layout.isBinary()) {
                    groups[p] = ColumnGroup.of(features, matrix, stride, from, some.end(next));
                } else if (p % layout.problems() == 0) {
                    groups[trial] = ColumnGroup.of(features, matrix, stride, from, from + layout.columns());
                }
                next++;
            }
            solution.matrix().close();
        }

        /** The coefficients on the executors, if they are there and one group of them does not fit this process. */
        private Optional<JavaRDD<CoefficientRows>> distant(Layout some, int matrixRows, CoefficientMatrix matrix) {
            boolean isOneGroup = layout.isBinary() ? some.problems() == layout.problems() : some.problems() == 1;
            double heap = Coefficients.HEAP_PER_COEFFICIENT * matrixRows * some.columns();
            return isOneGroup && heap > Runtime.getRuntime().maxMemory() ? matrix.parts() : Optional.empty();
        }

        List<Trained> trained() {
            int each = groups.length / trials.size();
            return IntStream.range(0, trials.size())
                    .mapToObj(trial -> new Trained(
                            new Coefficients(
                                    scheme,
                                    rows.taxonomy(),
                                    tree,
                                    rows.dimension(),
                                    Arrays.asList(groups).subList(trial * each, (trial + 1) * each)),
                            new TrainingSummary(
                                    allRows,
                                    rows.dimension(),
                                    layout.columns(),
                                    layout.problems(),
                                    (int) Math.ceil(scans - 1e-9),
                                    open,
                                    objectives[trial])))
                    .toList();
        }
    }
}
