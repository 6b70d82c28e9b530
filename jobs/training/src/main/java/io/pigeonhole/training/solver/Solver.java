package io.pigeonhole.training.solver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
    private final double[] classWeights;
    private final SolverOptions options;
    private final SolverListener listener;
    private final double totalWeight;
    /** What each feature is multiplied by, the intercept's last. */
    private final float[] factors;

    private Solver(Lanes lanes, Layout layout, double[] classWeights, SolverOptions options, SolverListener listener) {
        this.lanes = lanes;
        this.layout = layout;
        this.classWeights = classWeights.clone();
        this.options = options;
        this.listener = listener;
        double total = 0;
        for (int label = 0; label < layout.classes(); label++) {
            total += lanes.weightByClass()[label] * classWeights[label];
        }
        this.totalWeight = total;
        this.factors = factors();
    }

    /**
     * Scales that give every coefficient about the same curvature: the diagonal of the Hessian, penalty included, at the
     * start. L-BFGS then starts from a good guess, and needs fewer passes.
     */
    private float[] factors() {
        double curvature = 0;
        for (double share : shares()) {
            curvature += share * (1 - share) / layout.columns();
        }
        curvature = Math.max(curvature, 1e-6);
        float[] scales = new float[lanes.dimension() + 1];
        for (int j = 0; j < lanes.dimension(); j++) {
            double diagonal = curvature * lanes.secondMoments()[j] + options.regParam();
            scales[j] = diagonal > 0 ? (float) (1 / Math.sqrt(diagonal)) : 1f;
        }
        scales[lanes.dimension()] = (float) (1 / Math.sqrt(curvature));
        return scales;
    }

    /**
     * Solves all problems.
     *
     * @param classWeights factor on the weight of each row, by class
     * @throws IllegalArgumentException if the coefficients do not fit one array
     */
    public static Solution solve(
            Lanes lanes, Layout layout, double[] classWeights, SolverOptions options, SolverListener listener) {
        long elements = (lanes.dimension() + 1L) * Pass.padded(layout.columns());
        if (elements > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("the coefficients of " + layout.columns() + " columns by "
                    + lanes.dimension() + " features do not fit one matrix of 2^31 elements; use fewer features");
        }
        return new Solver(lanes, layout, classWeights, options, listener).solve();
    }

    private Solution solve() {

        Solved solved =
                new Solved(new float[(lanes.dimension() + 1) * layout.columns()], new double[layout.problems()]);
        List<Integer> original = new ArrayList<>();
        for (int p = 0; p < layout.problems(); p++) {
            original.add(p);
        }
        int pass = 0;
        try (Lanes scaled = lanes.scaled(factors);
                Exchange exchange = Exchange.over(scaled.blocks())) {
            BatchedLbfgs lbfgs = new BatchedLbfgs(layout, start(), penalties(), firstSteps(scaled), options);
            while (true) {
                boolean[] open = lbfgs.step(sums(exchange, lbfgs));
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

    /** One pass: sums of losses and gradients at the trial point, divided by the total weight. */
    private Pass.Sums sums(Exchange exchange, BatchedLbfgs lbfgs) {
        Pass.Sums sums = exchange.evaluate(new Pass(
                lbfgs.layout(),
                lbfgs.trial(),
                lbfgs.stride(),
                lanes.dimension(),
                factors[lanes.dimension()],
                classWeights));
        float scale = (float) (1 / totalWeight);
        float[] gradient = sums.gradient();
        Matrices.chunks(gradient.length, (chunk, from, to) -> {
            for (int i = from; i < to; i++) {
                gradient[i] *= scale;
            }
        });
        for (int p = 0; p < sums.loss().length; p++) {
            sums.loss()[p] /= totalWeight;
        }
        if (!options.fitIntercept()) {
            Arrays.fill(gradient, lanes.dimension() * lbfgs.stride(), gradient.length, 0f);
        }
        return sums;
    }

    /** Weighted share of the rows that are positive in each column, among those that take part in its problem. */
    private double[] shares() {
        double[] positive = new double[layout.columns()];
        for (int label = 0; label < layout.classes(); label++) {
            for (int target : layout.targets(label)) {
                positive[target] += lanes.weightByClass()[label] * classWeights[label];
            }
        }
        int[] problemOfColumn = layout.problemOfColumn();
        double[] taking = new double[layout.problems()];
        for (int c = 0; c < positive.length; c++) {
            taking[problemOfColumn[c]] += positive[c];
        }
        double[] shares = new double[positive.length];
        for (int c = 0; c < positive.length; c++) {
            double all = layout.isLogistic() ? totalWeight : taking[problemOfColumn[c]];
            shares[c] = all > 0 ? positive[c] / all : 0;
        }
        return shares;
    }

    /** Zero coefficients; intercepts at the log-odds of one against the rest, or at the centred log-priors of a softmax. */
    private float[] start() {
        int stride = Pass.padded(layout.columns());
        float[] start = new float[(lanes.dimension() + 1) * stride];
        if (!options.fitIntercept()) {
            return start;
        }
        double[] shares = shares();
        double least = 0.5 / Math.max(1, lanes.rows());
        for (int p = 0; p < layout.problems(); p++) {
            double mean = 0;
            int width = layout.end(p) - layout.start(p);
            for (int c = layout.start(p); c < layout.end(p); c++) {
                mean += Math.log(Math.max(shares[c], least)) / width;
            }
            for (int c = layout.start(p); c < layout.end(p); c++) {
                double share = Math.min(Math.max(shares[c], least), 1 - least);
                double intercept = layout.isLogistic() ? Math.log(share / (1 - share)) : Math.log(share) - mean;
                start[lanes.dimension() * stride + c] = (float) (intercept / factors[lanes.dimension()]);
            }
        }
        return start;
    }

    /** The penalty on each row of scaled coefficients; none on the intercepts. */
    private float[] penalties() {
        float[] penalties = new float[lanes.dimension() + 1];
        for (int j = 0; j < lanes.dimension(); j++) {
            penalties[j] = (float) (options.regParam() * factors[j] * factors[j]);
        }
        return penalties;
    }

    /** First step of each problem: one over a bound on the curvature at the start, the trace of the Hessian. */
    private double[] firstSteps(Lanes scaled) {
        double norm = Arrays.stream(scaled.secondMoments()).sum() + Math.pow(factors[lanes.dimension()], 2);
        double[] shares = shares();
        double[] steps = new double[layout.problems()];
        for (int p = 0; p < steps.length; p++) {
            double curvature = 0;
            for (int c = layout.start(p); c < layout.end(p); c++) {
                curvature = Math.max(curvature, shares[c] * (1 - shares[c]));
            }
            steps[p] = 1 / (Math.max(curvature, 1e-6) * norm + 1);
        }
        return steps;
    }
}
