package io.pigeonhole.training.solver.lbfgs;

import io.pigeonhole.training.solver.matrices.CoefficientMatrix;
import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.passes.Curvature;
import io.pigeonhole.training.solver.passes.JobExchange;
import io.pigeonhole.training.solver.passes.Pass;
import io.pigeonhole.training.solver.passes.PassEvaluator;
import io.pigeonhole.training.solver.passes.SharedExchange;
import io.pigeonhole.training.solver.problems.InitialGuess;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.Marks;
import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.problems.Problem;
import io.pigeonhole.training.solver.problems.Solution;
import io.pigeonhole.training.solver.problems.SolverInput;
import io.pigeonhole.training.solver.rows.Lanes;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;

/**
 * L-BFGS where features are few: in stages, each in coordinates that take account of how the features hang together
 * ({@link Whitening}), where L-BFGS alone needs many passes. The first stage takes all rows to be of the same curvature. Later
 * ones take each row's own, though at least a floor that falls from stage to stage: rows that are far on their right side
 * have almost none, and more of it after a long step. All vectors are the driver's.
 */
final class WhitenedSolver {

    private static final int MOST_FEATURES = 1024;
    /** Elements of the lower triangles of all columns. */
    private static final long MOST_ELEMENTS = 1 << 22;
    /** With fewer rows for each feature, the correlations of features are too noisy. */
    private static final int LEAST_ROWS_PER_FEATURE = 4;

    /** The stage to begin with where there is a start: nearer to the end, not so near that a class that is new overshoots. */
    private static final int WARM = 2;

    /** Passes of a stage. */
    private static final int STAGE = 15;
    /** The floors of the stages after the first, as shares of the typical curvature; the last one is kept. */
    private static final double[] FLOORS = {0.3, 0.03, 0.003, 0.0003};

    private final SolverInput input;
    private final Layout layout;
    private final int dimension;
    private final InitialGuess begin;
    private final Objective whole;
    private final double[] objectives;
    private final boolean[] open;
    /** Sums for an even curvature of 1, by column. */
    private double[][] even = {};

    private float[] coefficients;
    private int passes;

    WhitenedSolver(SolverInput input) {
        this.input = input;
        this.layout = input.layout();
        this.dimension = input.lanes().dimension();
        this.begin = new InitialGuess(input.lanes(), layout, input.loss(), input.problems());
        this.whole = Objective.of(layout, input.loss(), input.problems(), begin.offsets());
        this.objectives = new double[layout.problems()];
        this.open = new boolean[layout.problems()];
        Arrays.fill(open, true);
        this.coefficients = input.start().map(float[]::clone).orElseGet(this::withoutFeatures);
    }

    /** Whether it is for these problems: few features, and neither L1 nor more columns than the driver can hold. */
    static boolean suits(SolverInput input) {
        Lanes lanes = input.lanes();
        long triangles =
                (long) input.layout().columns() * Curvature.triangle(Math.min(lanes.dimension(), MOST_FEATURES) + 1);
        return !input.hasL1()
                && lanes.dimension() <= MOST_FEATURES
                && triangles <= MOST_ELEMENTS
                && lanes.rows() >= (long) LEAST_ROWS_PER_FEATURE * lanes.dimension();
    }

    private float[] withoutFeatures() {
        float[] start = new float[(dimension + 1) * layout.columns()];
        if (input.options().fitIntercept()) {
            System.arraycopy(begin.intercepts(), 0, start, dimension * layout.columns(), layout.columns());
        }
        return start;
    }

    Solution solve() {
        input.listener()
                .planned(String.format(
                        Locale.ROOT,
                        "%,d different rows, %,d features, %,d columns: L-BFGS in whitened coordinates, on the driver",
                        input.lanes().rows(),
                        dimension,
                        layout.columns()));
        SparkContext context = input.lanes().blocks().context();
        try (PassEvaluator exchange = context.isLocal()
                ? new SharedExchange(input.lanes().blocks())
                : new JobExchange(input.lanes().blocks())) {
            int stage = input.start().isPresent() ? WARM : 0;
            while (Marks.count(open) > 0 && passes < input.options().maxIter()) {
                solve(exchange, stage);
                stage++;
            }
        }
        return new Solution(new CoefficientMatrix.Local(coefficients), objectives, passes, Marks.count(open));
    }

    /** Goes on with the open problems for the passes of one stage. */
    private void solve(PassEvaluator exchange, int stage) {
        int[] columns = layout.columns(open);
        Objective objective = whole.select(open);
        double[] means = Arrays.stream(Marks.kept(begin.totalWeights(), open))
                .map(total -> total > 0 ? 1 / total : 0)
                .toArray();
        double[] l2 = objective.problems().stream().mapToDouble(Problem::l2).toArray();
        Whitening whitening = whitening(objective, columns, means, l2, stage);
        float[] found = new float[(dimension + 1) * columns.length];
        try (LocalVectors vectors = new LocalVectors(
                new WhitenedExchange(exchange, whitening, means, l2),
                new float[dimension + 1],
                start(whitening, columns),
                Vectors.sliceRows(dimension + 1, Matrices.padded(columns.length)),
                false,
                1f,
                found,
                columns.length)) {
            double[] firstSteps = new double[objective.layout().problems()];
            Arrays.fill(
                    firstSteps,
                    stage == 0 ? begin.typicalCurvature() / input.loss().mostCurvature() : 1);
            BatchedLbfgs lbfgs = new BatchedLbfgs(
                    objective.layout(),
                    vectors,
                    l2,
                    new double[l2.length],
                    means,
                    firstSteps,
                    input.options().tol());
            boolean[] stillOpen = iterate(lbfgs, vectors, objective);
            lbfgs.store(
                    new boolean[l2.length], IntStream.range(0, columns.length).toArray());
            take(lbfgs, stillOpen);
        }
        Matrices.put(whitening.toCoefficients(found, columns.length), columns, coefficients, layout.columns());
    }

    private boolean[] iterate(BatchedLbfgs lbfgs, LocalVectors vectors, Objective objective) {
        double closed = 0;
        for (int p = 0; p < open.length; p++) {
            closed += open[p] ? 0 : objectives[p];
        }
        int last = Math.min(passes + STAGE, input.options().maxIter());
        boolean[] stillOpen = new boolean[0];
        do {
            stillOpen = lbfgs.step(vectors.evaluate(objective, interceptValue()));
            passes++;
            input.listener().passed(passes, closed + lbfgs.totalObjective(), Marks.count(stillOpen), layout.problems());
        } while (passes < last && Marks.count(stillOpen) > 0);
        return stillOpen;
    }

    private void take(BatchedLbfgs lbfgs, boolean[] stillOpen) {
        int next = 0;
        for (int p = 0; p < open.length; p++) {
            if (open[p]) {
                objectives[p] = lbfgs.objective(next);
                open[p] = stillOpen[next];
                next++;
            }
        }
    }

    private float interceptValue() {
        return input.options().fitIntercept() ? 1 : 0;
    }

    private Whitening whitening(Objective objective, int[] columns, double[] means, double[] l2, int stage) {
        int stride = Matrices.padded(columns.length);
        float[] point = Matrices.select(coefficients, layout.columns(), columns, stride);
        Pass pass = new Pass(objective, point, stride, dimension, interceptValue());
        if (even.length == 0) {
            even = Curvature.even(pass).of(input.lanes());
        }
        double floor = begin.typicalCurvature() * (stage == 0 ? 1 : FLOORS[Math.min(stage, FLOORS.length) - 1]);
        double[][] sums = new double[columns.length][];
        double[][] above =
                stage == 0 ? new double[0][] : Curvature.above(floor, pass).of(input.lanes());
        for (int c = 0; c < columns.length; c++) {
            double[] ofAll = even[columns[c]];
            double[] own = stage == 0 ? ofAll : above[c];
            sums[c] = new double[ofAll.length];
            Arrays.setAll(sums[c], i -> floor * ofAll[i] + (stage == 0 ? 0 : own[i]));
        }
        return Whitening.of(sums, objective.layout(), means, l2, dimension + 1);
    }

    private StartPoint start(Whitening whitening, int[] columns) {
        float[] own = Matrices.select(coefficients, layout.columns(), columns, columns.length);
        float[] ones = new float[dimension + 1];
        Arrays.fill(ones, 1f);
        return new StartPoint(
                dimension + 1,
                new float[Matrices.padded(columns.length)],
                whitening.fromCoefficients(own, columns.length),
                columns.length,
                IntStream.range(0, columns.length).toArray(),
                ones);
    }
}
