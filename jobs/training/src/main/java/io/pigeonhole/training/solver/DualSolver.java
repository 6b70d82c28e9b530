package io.pigeonhole.training.solver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Solves by dual coordinate ascent what is for it, and by L-BFGS the rest: problems with an L1 penalty or without an L2
 * penalty, and those whose duality gap falls too slowly, from where they are.
 */
final class DualSolver {

    private final SolverInput input;
    private final Lanes lanes;
    private final Layout layout;
    private final SolverOptions options;
    private final DualPlan plan;
    private final Start begin;
    private final float[] intercepts;

    private final float[] matrix;
    private final double[] objectives;
    /** Problems for L-BFGS. */
    private final boolean[] left;

    private int epochs;
    private int notConverged;

    DualSolver(SolverInput input, DualPlan plan) {
        this.input = input;
        this.lanes = input.lanes();
        this.layout = input.layout();
        this.options = input.options();
        this.plan = plan;
        this.begin = new Start(lanes, layout, input.loss(), input.problems());
        this.intercepts = options.fitIntercept() ? begin.intercepts() : new float[layout.columns()];
        this.matrix = input.start().map(float[]::clone).orElseGet(this::withoutFeatures);
        this.objectives = new double[layout.problems()];
        this.left = new boolean[layout.problems()];
    }

    private float[] withoutFeatures() {
        float[] start = new float[(lanes.dimension() + 1) * layout.columns()];
        System.arraycopy(intercepts, 0, start, lanes.dimension() * layout.columns(), layout.columns());
        return start;
    }

    Solution solve() {
        input.listener().planned(plan.description());
        for (int p = 0; p < left.length; p++) {
            left[p] = !plan.eligible()[p];
        }
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
        DualPass.run(lanes.blocks().rdd(), shared, new Together(), this::take);
        shared.unpersist();
        if (Solver.count(left) > 0) {
            solveLeft();
        }
        return new Solution(new CoefficientMatrix.Local(matrix), objectives, epochs, notConverged);
    }

    private void take(DualPass.Result result, float[] values) {
        int[] group = plan.groups().get(result.group());
        boolean[] marked = new boolean[layout.problems()];
        boolean[] usable = new boolean[layout.problems()];
        for (int i = 0; i < group.length; i++) {
            int p = group[i];
            marked[p] = true;
            objectives[p] = result.objectives()[i];
            boolean isOpen = result.states()[i] == DualAscent.State.OPEN;
            boolean isOver = isOpen && options.maxIter() <= DualAscent.MOST_EPOCHS;
            left[p] = result.states()[i] == DualAscent.State.LEFT || (isOpen && !isOver);
            notConverged += isOver ? 1 : 0;
            usable[p] = !left[p] || result.isUsable()[i];
        }
        epochs = Math.max(epochs, result.epochs());
        put(values, marked, usable);
    }

    /** Puts what is kept of the marked problems' coefficients where it belongs in the whole. */
    private void put(float[] values, boolean[] marked, boolean[] kept) {
        int[] columns = layout.columns(marked);
        int[] problemOfColumn = layout.problemOfColumn();
        for (int row = 0; row <= lanes.dimension(); row++) {
            for (int c = 0; c < columns.length; c++) {
                if (kept[problemOfColumn[columns[c]]]) {
                    matrix[row * layout.columns() + columns[c]] = values[row * columns.length + c];
                }
            }
        }
    }

    private void solveLeft() {
        int passes = options.maxIter() - epochs;
        if (passes <= 0) {
            notConverged += Solver.count(left);
            return;
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
        int[] columns = layout.columns(left);
        Solution solution = Solver.lbfgs(new SolverInput(
                lanes,
                rest,
                ofRest,
                input.loss(),
                Optional.of(Matrices.select(matrix, layout.columns(), columns, columns.length)),
                new SolverOptions(passes, options.tol(), options.fitIntercept(), SolverOptions.Method.LBFGS),
                new Continued(input.listener(), epochs, solved, layout.problems())));
        put(solution.coefficients(), left, left);
        int next = 0;
        for (int p = 0; p < left.length; p++) {
            if (left[p]) {
                objectives[p] = solution.objectives()[next++];
            }
        }
        epochs += solution.passes();
        notConverged += solution.open();
        solution.matrix().close();
    }

    /** Tells of an epoch when all groups have made it, or have ended. */
    private final class Together implements DualPass.Progress {

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
                                Arrays.stream(open).sum() + Solver.count(left),
                                layout.problems());
            }
        }
    }

    /** Tells of passes that come after others. */
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
