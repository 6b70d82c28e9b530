package io.pigeonhole.jobs.trainers.deep;

import io.pigeonhole.deep.learning.Round;
import io.pigeonhole.deep.learning.RoundListener;
import io.pigeonhole.jobs.runs.Progress;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the progress of a deep training after each round, and the longest time that the remaining rounds may take, once
 * this is no more than the time passed.
 */
final class RoundProgress implements RoundListener {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(RoundProgress.class);

    private static final String PHASE = "round";

    private final String title;
    private final transient Progress progress;
    private String judged = "";
    private long bytes;

    RoundProgress(String title, Progress progress) {
        this.title = title;
        this.progress = progress;
    }

    @Override
    public void done(Round round, int rounds) {
        bytes += round.bytes();
        if (round.validationRows() > 0) {
            judged = String.format(Locale.ROOT, ", accuracy on validation %.4f", round.validationAccuracy());
        }
        double left = round.seconds() / round.round() * (rounds - round.round());
        progress.phase(PHASE);
        progress.update(String.format(
                Locale.ROOT,
                "round %d, epoch %.1f, loss %.4f%s, %,.0f examples/s, %,d kB exchanged%s",
                round.round(),
                round.epoch(),
                round.loss(),
                judged,
                round.examplesPerSecond(),
                bytes / 1000,
                left <= round.seconds() ? String.format(Locale.ROOT, ", at most %.0f s left", left) : ""));
    }

    @Override
    public void note(String message) {
        LOG.warn("{}: {}", title, message);
    }
}
