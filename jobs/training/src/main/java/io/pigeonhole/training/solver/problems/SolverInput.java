package io.pigeonhole.training.solver.problems;

import io.pigeonhole.training.solver.rows.Lanes;
import java.util.List;
import java.util.Optional;

/**
 * The problems to solve, and how.
 *
 * @param lanes the rows
 * @param layout which columns are which problem
 * @param problems penalties and weights of each of the layout's problems
 * @param loss binary exactly if the layout is
 * @param start coefficients to start from, shaped as in {@link Solution}; without them zero, with intercepts at the
 *     optimum of a model without features
 * @param options how
 * @param listener called after each pass
 */
public record SolverInput(
        Lanes lanes,
        Layout layout,
        List<Problem> problems,
        Loss loss,
        Optional<float[]> start,
        SolverOptions options,
        SolverListener listener) {

    public SolverInput {
        problems = List.copyOf(problems);
        long elements = (lanes.dimension() + 1L) * layout.columns();
        if (start.isPresent() && start.get().length != elements) {
            throw new IllegalArgumentException("a start of " + start.get().length + " coefficients for "
                    + (lanes.dimension() + 1) + " rows by " + layout.columns() + " columns");
        }
    }

    public boolean hasL1() {
        return problems.stream().anyMatch(problem -> problem.l1() > 0);
    }
}
