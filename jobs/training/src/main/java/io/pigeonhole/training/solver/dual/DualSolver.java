package io.pigeonhole.training.solver.dual;

import io.pigeonhole.training.solver.lbfgs.LbfgsSolver;
import io.pigeonhole.training.solver.lbfgs.Vectors;
import io.pigeonhole.training.solver.matrices.CoefficientMatrix;
import io.pigeonhole.training.solver.matrices.CoefficientRows;
import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.problems.InitialGuess;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.Marks;
import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.problems.Problem;
import io.pigeonhole.training.solver.problems.Solution;
import io.pigeonhole.training.solver.problems.SolverInput;
import io.pigeonhole.training.solver.problems.SolverListener;
import io.pigeonhole.training.solver.problems.SolverOptions;
import io.pigeonhole.training.solver.rows.Lanes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Solves problems by dual coordinate ascent where it can, and all others by L-BFGS: problems with an L1 penalty or without an
 * L2 penalty, and problems whose duality gap falls too slowly, which continue from the coefficients reached.
 */
public final class DualSolver {

    private final SolverInput input;
    private final Lanes lanes;
    private final Layout layout;
    private final SolverOptions options;
    private final DualPlan plan;
    private final InitialGuess begin;
    private final float[] intercepts;

    private final double[] objectives;
    /** Problems for L-BFGS. */
    private final boolean[] left;
    /** Problems whose coefficients are at least good as a start. */
    private final boolean[] usable;

    private int epochs;
    private int notConverged;

    public DualSolver(SolverInput input, DualPlan plan) {
        this.input = input;
        this.lanes = input.lanes();
        this.layout = input.layout();
        this.options = input.options();
        this.plan = plan;
        this.begin = new InitialGuess(lanes, layout, input.loss(), input.problems());
        this.intercepts = options.fitIntercept() ? begin.intercepts() : new float[layout.columns()];
        this.objectives = new double[layout.problems()];
        this.left = new boolean[layout.problems()];
        this.usable = new boolean[layout.problems()];
        for (int p = 0; p < left.length; p++) {
            left[p] = !plan.eligible()[p];
        }
    }

    public Solution solve() {
        input.listener().planned(plan.description());
        DualPass.Shared all = new DualPass.Shared(
                UUID.randomUUID().toString(),
                Objective.of(layout, input.loss(), input.problems(), begin.offsets()),
                plan.groups(),
                lanes.dimension(),
                begin.totalWeights(),
                intercepts,
                input.start().orElse(null),
                options);
        Broadcast<DualPass.Shared> shared =
                JavaSparkContext.fromSparkContext(lanes.blocks().context()).broadcast(all);
        CoefficientMatrix matrix = plan.onExecutors() ? onExecutors(shared) : here(shared);
        shared.unpersist();
        return new Solution(matrix, objectives, epochs, notConverged);
    }

    private CoefficientMatrix here(Broadcast<DualPass.Shared> shared) {
        float[] matrix = input.start().map(float[]::clone).orElseGet(this::withoutFeatures);
        DualPass.run(lanes.blocks().rdd(), shared, new Together(), (result, values) -> {
            take(result);
            int[] columns = columns(result.group());
            int[] kept = kept(columns, usable);
            Matrices.put(
                    Matrices.select(values, columns.length, kept, kept.length),
                    IntStream.of(kept).map(place -> columns[place]).toArray(),
                    matrix,
                    layout.columns());
        });
        int[] columns = layout.columns(left);
        solveLeft(Optional.of(Matrices.select(matrix, layout.columns(), columns, columns.length)))
                .ifPresent(rest -> {
                    Matrices.put(rest.coefficients(), columns, matrix, layout.columns());
                    rest.matrix().close();
                });
        return new CoefficientMatrix.Local(matrix);
    }

    private float[] withoutFeatures() {
        float[] start = new float[(lanes.dimension() + 1) * layout.columns()];
        System.arraycopy(intercepts, 0, start, lanes.dimension() * layout.columns(), layout.columns());
        return start;
    }

    /** The remaining problems start anew: coefficients on executors cannot serve as their start. */
    private CoefficientMatrix onExecutors(Broadcast<DualPass.Shared> shared) {
        JavaRDD<DualPass.Result> results = DualPass.there(lanes.blocks().rdd(), shared);
        results.map(DualPass.Result::withoutCoefficients).collect().forEach(this::take);
        Optional<Solution> rest = solveLeft(Optional.empty());
        int rows = lanes.dimension() + 1;
        // as L-BFGS cuts its own
        int ofSlice = Vectors.sliceRows(
                rows, Matrices.padded(rest.isPresent() ? layout.columns(left).length : layout.columns()));
        List<JavaRDD<CoefficientRows>> stored = new ArrayList<>();
        List<JavaRDD<?>> cached = new ArrayList<>(List.of(results));
        boolean[] solved = new boolean[left.length];
        for (int p = 0; p < left.length; p++) {
            solved[p] = !left[p] || rest.isEmpty();
        }
        List<int[]> columns =
                IntStream.range(0, plan.groups().size()).mapToObj(this::columns).toList();
        List<int[]> kept = columns.stream().map(some -> kept(some, solved)).toList();
        stored.add(results.flatMap(result -> CoefficientRows.slices(
                result.coefficients(), columns.get(result.group()), kept.get(result.group()), ofSlice)));
        rest.ifPresent(solution -> add(solution.matrix(), ofSlice, stored, cached));
        return new CoefficientMatrix.Remote(rows, layout.columns(), stored, cached);
    }

    /** Adds the coefficients of what was left. */
    private void add(
            CoefficientMatrix rest, int ofSlice, List<JavaRDD<CoefficientRows>> stored, List<JavaRDD<?>> cached) {
        int[] columns = layout.columns(left);
        if (rest instanceof CoefficientMatrix.Remote remote) {
            remote.stored().forEach(part -> stored.add(part.map(some -> some.of(columns))));
            cached.addAll(remote.cached());
        } else {
            float[] values = rest.toArray();
            List<CoefficientRows> slices = new ArrayList<>();
            CoefficientRows.slices(
                            Matrices.toBytes(values, 0, values.length),
                            columns,
                            IntStream.range(0, columns.length).toArray(),
                            ofSlice)
                    .forEachRemaining(slices::add);
            stored.add(
                    JavaSparkContext.fromSparkContext(lanes.blocks().context()).parallelize(slices));
        }
    }

    private int[] columns(int group) {
        boolean[] marked = new boolean[layout.problems()];
        for (int p : plan.groups().get(group)) {
            marked[p] = true;
        }
        return layout.columns(marked);
    }

    /** Places among the columns of those whose problem is marked. */
    private int[] kept(int[] columns, boolean[] marked) {
        int[] problemOfColumn = layout.problemOfColumn();
        return IntStream.range(0, columns.length)
                .filter(c -> marked[problemOfColumn[columns[c]]])
                .toArray();
    }

    private void take(DualPass.Result result) {
        int[] group = plan.groups().get(result.group());
        for (int i = 0; i < group.length; i++) {
            int p = group[i];
            objectives[p] = result.objectives()[i];
            boolean isOpen = result.states()[i] == DualAscent.State.OPEN;
            boolean isOver = isOpen && options.maxIter() <= DualAscent.MOST_EPOCHS;
            left[p] = result.states()[i] == DualAscent.State.LEFT || (isOpen && !isOver);
            notConverged += isOver ? 1 : 0;
            usable[p] = !left[p] || result.isUsable()[i];
        }
        epochs = Math.max(epochs, result.epochs());
    }

    /** Solves what is left by L-BFGS, if there is any and passes are left for it. */
    private Optional<Solution> solveLeft(Optional<float[]> start) {
        int passes = options.maxIter() - epochs;
        if (Marks.count(left) == 0 || passes <= 0) {
            notConverged += Marks.count(left);
            return Optional.empty();
        }
        Layout rest = layout.select(left);
        List<Problem> ofRest = new ArrayList<>();
        double solved = 0;
        for (int p = 0; p < left.length; p++) {
            if (left[p]) {
                ofRest.add(input.problems().get(p));
            } else {
                solved += objectives[p];
            }
        }
        Solution solution = LbfgsSolver.solve(new SolverInput(
                lanes,
                rest,
                ofRest,
                input.loss(),
                start,
                new SolverOptions(passes, options.tol(), options.fitIntercept(), SolverOptions.Method.LBFGS),
                new Continued(input.listener(), epochs, solved, layout.problems())));
        int next = 0;
        for (int p = 0; p < left.length; p++) {
            if (left[p]) {
                objectives[p] = solution.objectives()[next++];
            }
        }
        epochs += solution.passes();
        notConverged += solution.open();
        return Optional.of(solution);
    }

    /** Reports an epoch when all groups have finished it, or have ended. */
    private final class Together implements DualPass.EpochListener {

        private final int[] reached = new int[plan.groups().size()];
        private final int[] open = new int[reached.length];
        private final double[] objective = new double[reached.length];
        private int told;

        Together() {
            Arrays.fill(open, 1);
        }

        @Override
        public synchronized void passed(int group, int epoch, double ofGroup, int stillOpen) {
            reached[group] = epoch;
            objective[group] = ofGroup;
            open[group] = stillOpen;
            int least = Integer.MAX_VALUE;
            int most = 0;
            for (int i = 0; i < reached.length; i++) {
                least = open[i] > 0 ? Math.min(least, reached[i]) : least;
                most = Math.max(most, reached[i]);
            }
            least = Math.min(least, most);
            if (least > told) {
                told = least;
                input.listener()
                        .passed(
                                told,
                                Arrays.stream(objective).sum(),
                                Arrays.stream(open).sum() + Marks.count(left),
                                layout.problems());
            }
        }
    }

    /** Reports passes that follow earlier ones. */
    private record Continued(SolverListener listener, int before, double objective, int problems)
            implements SolverListener {

        @Override
        public void planned(String description) {
            listener.planned(description);
        }

        @Override
        public void passed(int pass, double sum, int open, int ofThese) {
            listener.passed(before + pass, objective + sum, open, problems);
        }
    }
}
