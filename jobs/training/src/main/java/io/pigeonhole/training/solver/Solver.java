package io.pigeonhole.training.solver;

import io.pigeonhole.training.solver.dual.DualPlan;
import io.pigeonhole.training.solver.dual.DualSolver;
import io.pigeonhole.training.solver.lbfgs.LbfgsSolver;
import io.pigeonhole.training.solver.problems.Solution;
import io.pigeonhole.training.solver.problems.SolverInput;
import java.util.Optional;

/**
 * Minimises all problems of a layout together: by dual coordinate ascent the problems that it suits ({@link DualPlan}), all
 * others by L-BFGS ({@link LbfgsSolver}).
 */
public final class Solver {

    private Solver() {}

    /**
     * Solves all problems.
     *
     * @throws io.pigeonhole.transforms.PipelineException of the category configuration if the memory does not suffice
     */
    public static Solution solve(SolverInput input) {
        Optional<DualPlan> dual = DualPlan.of(input);
        return dual.isPresent() ? new DualSolver(input, dual.get()).solve() : LbfgsSolver.solve(input);
    }
}
