package io.pigeonhole.jobs.trainers.linear;

import io.pigeonhole.jobs.runs.Progress;
import io.pigeonhole.training.solver.problems.SolverListener;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the progress of a training after each pass. It shows the longest time that the remaining passes may take once
 * this is no more than the time passed; before that it only says what max_iter allows.
 */
final class PassProgress implements SolverListener {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(PassProgress.class);

    private static final String PHASE = "pass";

    private final String title;
    private final int maxIter;
    private final transient Progress progress;
    private final Instant start = Instant.now();

    PassProgress(String title, int maxIter, Progress progress) {
        this.title = title;
        this.maxIter = maxIter;
        this.progress = progress;
    }

    @Override
    public void planned(String description) {
        description.lines().forEach(line -> LOG.info("{}: {}", title, line));
    }

    @Override
    public void passed(int pass, double objective, int open, int problems) {
        double passed = Duration.between(start, Instant.now()).toMillis() / 1e3;
        double left = passed / pass * (maxIter - pass);
        progress.phase(PHASE);
        progress.update(String.format(
                Locale.ROOT,
                "pass %d, loss %.6f, %d of %d problems open, %.1f s a pass%s",
                pass,
                objective,
                open,
                problems,
                passed / pass,
                left <= passed ? String.format(Locale.ROOT, ", at most %.0f s left", left) : ""));
    }
}
