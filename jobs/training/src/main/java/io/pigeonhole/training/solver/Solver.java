package io.pigeonhole.training.solver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Minimises all problems of a layout together: each has its own L-BFGS (Nocedal and Wright, Numerical Optimization,
 * algorithm 7.4), its own step and its own end, and all share each pass over the data. Problems that have converged
 * leave, and their columns are compacted away.
 */
public final class Solver {

    /** Share of open columns below which the matrices are compacted. */
    private static final double COMPACT_BELOW = 0.75;

    private final Lanes lanes;
    private final Layout layout;
    private final List<Problem> problems;
    private final Loss loss;
    private final SolverOptions options;
    private final SolverListener listener;
    private final Start begin;
    /** What each feature is multiplied by, the intercept's last. */
    private final float[] factors;

    private Solver(
            Lanes lanes,
            Layout layout,
            List<Problem> problems,
            Loss loss,
            SolverOptions options,
            SolverListener listener) {
        this.lanes = lanes;
        this.layout = layout;
        this.problems = problems;
        this.loss = loss;
        this.options = options;
        this.listener = listener;
        this.begin = new Start(lanes, layout, loss, problems);
        this.factors = begin.factors();
    }

    /**
     * Solves all problems.
     *
     * @param problems what each of the layout's problems has of its own
     * @param loss binary exactly if the layout is
     * @param start coefficients to start from, shaped as in {@link Solution}; without them zero, with intercepts at the
     *     optimum of a model without features
     * @throws IllegalArgumentException if the coefficients do not fit one array
     */
    public static Solution solve(
            Lanes lanes,
            Layout layout,
            List<Problem> problems,
            Loss loss,
            Optional<float[]> start,
            SolverOptions options,
            SolverListener listener) {
        long elements = (lanes.dimension() + 1L) * Pass.padded(layout.columns());
        if (elements > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("the coefficients of " + layout.columns() + " columns by "
                    + lanes.dimension() + " features do not fit one matrix of 2^31 elements; use fewer features");
        }
        return new Solver(lanes, layout, problems, loss, options, listener).solve(start);
    }

    private Solution solve(Optional<float[]> warm) {

        Solved solved =
                new Solved(new float[(lanes.dimension() + 1) * layout.columns()], new double[layout.problems()]);
        List<Integer> original = new ArrayList<>();
        for (int p = 0; p < layout.problems(); p++) {
            original.add(p);
        }
        int pass = 0;
        try (Lanes scaled = lanes.scaled(factors);
                Exchange exchange = Exchange.over(scaled.blocks())) {
            Objective objective = new Objective(layout, loss, problems, begin.offsets());
            double[] totalWeights = begin.totalWeights();
            BatchedLbfgs lbfgs = new BatchedLbfgs(
                    layout,
                    warm.map(this::scaled).orElseGet(this::cold),
                    Penalties.of(problems, factors),
                    begin.firstSteps(scaled, factors[lanes.dimension()]),
                    options.tol());
            while (true) {
                boolean[] open = lbfgs.step(means(exchange, objective, lbfgs, totalWeights));
                pass++;
                int stillOpen = count(open);
                listener.passed(pass, solved.total() + lbfgs.totalObjective(), stillOpen, layout.problems());
                boolean end = stillOpen == 0 || pass == options.maxIter();
                if (end || lbfgs.openColumns() < COMPACT_BELOW * lbfgs.layout().columns()) {
                    boolean[] leaving = end ? new boolean[open.length] : open;
                    store(lbfgs, leaving, original, solved);
                    if (end) {
                        return new Solution(solved.coefficients, solved.objectives, pass, stillOpen);
                    }
                    lbfgs = lbfgs.select(open);
                    objective = objective.select(open);
                    totalWeights = History.kept(totalWeights, open);
                    removeClosed(original, open);
                }
            }
        }
    }

    private static int count(boolean[] flags) {
        int count = 0;
        for (boolean flag : flags) {
            count += flag ? 1 : 0;
        }
        return count;
    }

    private static void removeClosed(List<Integer> original, boolean[] open) {
        for (int p = open.length - 1; p >= 0; p--) {
            if (!open[p]) {
                original.remove(p);
            }
        }
    }

    /** What is known for good, in the columns of the whole layout. */
    private static final class Solved {
        private final float[] coefficients;
        private final double[] objectives;

        Solved(float[] coefficients, double[] objectives) {
            this.coefficients = coefficients;
            this.objectives = objectives;
        }

        double total() {
            return Arrays.stream(objectives).sum();
        }
    }

    /** Copies the columns of all problems that are not marked as staying. */
    private void store(BatchedLbfgs lbfgs, boolean[] staying, List<Integer> original, Solved solved) {
        float[] current = lbfgs.coefficients();
        int stride = lbfgs.stride();
        for (int p = 0; p < staying.length; p++) {
            if (!staying[p]) {
                int problem = original.get(p);
                solved.objectives[problem] = lbfgs.objective(p);
                int from = lbfgs.layout().start(p);
                int length = lbfgs.layout().end(p) - from;
                for (int row = 0; row <= lanes.dimension(); row++) {
                    int target = row * layout.columns() + layout.start(problem);
                    for (int c = 0; c < length; c++) {
                        solved.coefficients[target + c] = factors[row] * current[row * stride + from + c];
                    }
                }
            }
        }
    }

    private float[] cold() {
        return options.fitIntercept()
                ? begin.cold(factors[lanes.dimension()])
                : new float[(lanes.dimension() + 1) * Pass.padded(layout.columns())];
    }

    /** A start given, in scaled and padded coefficients. */
    private float[] scaled(float[] given) {
        int columns = layout.columns();
        int rows = lanes.dimension() + 1;
        if (given.length != rows * columns) {
            throw new IllegalArgumentException(
                    "a start of " + given.length + " coefficients for " + rows + " rows by " + columns + " columns");
        }
        int stride = Pass.padded(columns);
        float[] start = new float[rows * stride];
        for (int row = 0; row < (options.fitIntercept() ? rows : rows - 1); row++) {
            for (int c = 0; c < columns; c++) {
                start[row * stride + c] = given[row * columns + c] / factors[row];
            }
        }
        return start;
    }

    /** One pass: losses and gradients at the trial point, divided by the total weights. */
    private Pass.Sums means(Exchange exchange, Objective objective, BatchedLbfgs lbfgs, double[] totalWeights) {
        int stride = lbfgs.stride();
        float interceptValue = options.fitIntercept() ? factors[lanes.dimension()] : 0;
        Pass.Sums sums =
                exchange.evaluate(new Pass(objective, lbfgs.trial(), stride, lanes.dimension(), interceptValue));
        int[] problemOfColumn = objective.layout().problemOfColumn();
        float[] scales = new float[stride];
        for (int c = 0; c < problemOfColumn.length; c++) {
            scales[c] = (float) (1 / Math.max(totalWeights[problemOfColumn[c]], Double.MIN_NORMAL));
        }
        float[] gradient = sums.gradient();
        Matrices.chunks(gradient.length / stride, (chunk, from, to) -> {
            for (int offset = from * stride; offset < to * stride; offset += stride) {
                for (int c = 0; c < stride; c++) {
                    gradient[offset + c] *= scales[c];
                }
            }
        });
        for (int p = 0; p < sums.loss().length; p++) {
            sums.loss()[p] /= Math.max(totalWeights[p], Double.MIN_NORMAL);
        }
        return sums;
    }
}
