package io.pigeonhole.benchmarks.training;

import io.pigeonhole.training.solver.problems.SolverListener;
import java.util.Locale;

/** Tells the contender's log how a long training goes. */
final class PassLog implements SolverListener {

    private static final long serialVersionUID = 1L;

    private final long start = System.nanoTime();

    private void log(String line) {
        System.err.printf(Locale.ROOT, "%7.1f s: %s%n", (System.nanoTime() - start) / 1e9, line);
    }

    @Override
    public void planned(String description) {
        log(description);
    }

    @Override
    public void passed(int pass, double objective, int open, int problems) {
        log(String.format(Locale.ROOT, "pass %d: %.9f, %d of %d open", pass, objective, open, problems));
    }
}
