package io.pigeonhole.training.solver.lbfgs;

import io.pigeonhole.training.solver.matrices.CoefficientMatrix;
import io.pigeonhole.training.solver.matrices.CoefficientRows;
import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.passes.SharedExchange;
import io.pigeonhole.training.solver.problems.InitialGuess;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.Marks;
import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.problems.Problem;
import io.pigeonhole.training.solver.problems.Solution;
import io.pigeonhole.training.solver.problems.SolverInput;
import io.pigeonhole.training.solver.rows.Lanes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;

/**
 * Minimises all problems of a layout together. Each has its own L-BFGS (Nocedal and Wright, Numerical Optimization,
 * algorithm 7.4), its own step and its own end, and all share each pass over the data. Problems that have converged leave,
 * and their columns are compacted away.
 */
public final class LbfgsSolver {

    /** Share of open columns below which the matrices are compacted. */
    private static final double COMPACT_BELOW = 0.75;

    private final SolverInput input;
    private final Lanes lanes;
    private final Layout layout;
    private final List<Problem> problems;
    private final MemoryPlan plan;
    private final InitialGuess begin;
    /** What each feature is multiplied by, the intercept's last. */
    private final float[] factors;

    private final double[] objectives;
    private final CoefficientMatrix matrix;
    private final List<JavaRDD<CoefficientRows>> stored = new ArrayList<>();
    private int passes;
    private int notConverged;

    private LbfgsSolver(SolverInput input, MemoryPlan plan) {
        this.input = input;
        this.lanes = input.lanes();
        this.layout = input.layout();
        this.problems = input.problems();
        this.plan = plan;
        this.begin = new InitialGuess(lanes, layout, input.loss(), problems);
        this.factors = begin.factors();
        this.objectives = new double[layout.problems()];
        int rows = lanes.dimension() + 1;
        this.matrix = plan.onExecutors()
                ? new CoefficientMatrix.Remote(rows, layout.columns(), stored, stored)
                : new CoefficientMatrix.Local(new float[rows * layout.columns()]);
    }

    /**
     * Solves all problems, in whitened coordinates where features are few ({@link WhitenedSolver}).
     *
     * @throws io.pigeonhole.transforms.PipelineException of the category configuration if the memory does not suffice
     */
    public static Solution solve(SolverInput input) {
        return WhitenedSolver.suits(input)
                ? new WhitenedSolver(input).solve()
                : solve(input, MemoryPlan.of(input.lanes(), input.layout(), input.hasL1()));
    }

    static Solution solve(SolverInput input, MemoryPlan plan) {
        input.listener().planned(plan.description());
        return new LbfgsSolver(input, plan).solve();
    }

    private Solution solve() {
        try (Lanes scaled = lanes.scaled(factors)) {
            Objective whole = Objective.of(layout, input.loss(), problems, begin.offsets());
            double[] firstSteps = begin.firstSteps(scaled, factors[lanes.dimension()]);
            int from = 0;
            for (int end : plan.groupEnds()) {
                solveGroup(scaled, whole, firstSteps, from, end);
                from = end;
            }
        }
        return new Solution(matrix, objectives, passes, notConverged);
    }

    /** Solves problems {@code [from, end)}, all that are open of them in the same passes. */
    private void solveGroup(Lanes scaled, Objective whole, double[] firstSteps, int from, int end) {
        boolean[] group = new boolean[layout.problems()];
        Arrays.fill(group, from, end, true);
        Objective objective = whole.select(group);
        List<Integer> original =
                new ArrayList<>(IntStream.range(from, end).boxed().toList());
        boolean hasL1 = objective.problems().stream().anyMatch(problem -> problem.l1() > 0);
        float interceptValue = input.options().fitIntercept() ? factors[lanes.dimension()] : 0;
        int before = passes;
        try (Vectors vectors = vectors(scaled, objective.layout(), layout.start(from), hasL1)) {
            BatchedLbfgs lbfgs = lbfgs(vectors, objective, group, firstSteps);
            while (true) {
                boolean[] open = lbfgs.step(vectors.evaluate(objective, interceptValue));
                passes++;
                int stillOpen = Marks.count(open);
                input.listener()
                        .passed(
                                passes,
                                Arrays.stream(objectives).sum() + lbfgs.totalObjective(),
                                stillOpen + layout.problems() - end,
                                layout.problems());
                boolean last =
                        stillOpen == 0 || passes - before == input.options().maxIter();
                if (last
                        || lbfgs.openColumns()
                                < COMPACT_BELOW * objective.layout().columns()) {
                    store(lbfgs, last ? new boolean[open.length] : open, original);
                    if (last) {
                        notConverged += stillOpen;
                        return;
                    }
                    lbfgs = lbfgs.select(open);
                    objective = objective.select(open);
                    removeClosed(original, open);
                }
            }
        }
    }

    private BatchedLbfgs lbfgs(Vectors vectors, Objective objective, boolean[] group, double[] firstSteps) {
        double[] means = Arrays.stream(Marks.kept(begin.totalWeights(), group))
                .map(total -> total > 0 ? 1 / total : 0)
                .toArray();
        return new BatchedLbfgs(
                objective.layout(),
                vectors,
                objective.problems().stream().mapToDouble(Problem::l2).toArray(),
                objective.problems().stream().mapToDouble(Problem::l1).toArray(),
                means,
                Marks.kept(firstSteps, group),
                input.options().tol());
    }

    private Vectors vectors(Lanes scaled, Layout group, int firstColumn, boolean hasL1) {
        int dimension = lanes.dimension();
        float[] penalised = Arrays.copyOf(factors, dimension + 1);
        penalised[dimension] = 0;
        float[] intercepts = new float[Matrices.padded(group.columns())];
        float[] unscaled = begin.intercepts();
        for (int c = 0; c < group.columns() && input.options().fitIntercept(); c++) {
            intercepts[c] = unscaled[firstColumn + c] / factors[dimension];
        }
        int[] columns =
                IntStream.range(firstColumn, firstColumn + group.columns()).toArray();
        StartPoint start = new StartPoint(
                dimension + 1, intercepts, input.start().orElse(null), layout.columns(), columns, factors);
        if (matrix instanceof CoefficientMatrix.Local local) {
            return new LocalVectors(
                    new SharedExchange(scaled.blocks()),
                    penalised,
                    start,
                    plan.sliceRows(),
                    hasL1,
                    factors[dimension],
                    local.values(),
                    layout.columns());
        }
        return new RemoteVectors(
                scaled.blocks(), penalised, start, plan.sliceRows(), hasL1, factors[dimension], stored);
    }

    private static void removeClosed(List<Integer> original, boolean[] open) {
        for (int p = open.length - 1; p >= 0; p--) {
            if (!open[p]) {
                original.remove(p);
            }
        }
    }

    /** Stores objectives and coefficients of all problems that are not marked as staying. */
    private void store(BatchedLbfgs lbfgs, boolean[] staying, List<Integer> original) {
        int[] targets = new int[layout.columns()];
        int next = 0;
        for (int p = 0; p < staying.length; p++) {
            if (!staying[p]) {
                int problem = original.get(p);
                objectives[problem] = lbfgs.objective(p);
                for (int c = layout.start(problem); c < layout.end(problem); c++) {
                    targets[next++] = c;
                }
            }
        }
        lbfgs.store(staying, Arrays.copyOf(targets, next));
    }
}
