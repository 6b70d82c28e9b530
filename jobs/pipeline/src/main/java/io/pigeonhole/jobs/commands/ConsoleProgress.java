package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.runs.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Progress on standard error: on a terminal, one line that is rewritten; elsewhere, a plain line now and then. */
final class ConsoleProgress implements Progress {

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleProgress.class);
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(15);
    private static final int WIDTH = 110;

    private final PrintStream out;
    private final boolean terminal;
    private Instant lastLine = Instant.now();
    private boolean shown;

    ConsoleProgress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public void phase(String name) {
        update(name);
    }

    @Override
    public synchronized void update(String state) {
        if (terminal) {
            String line = state.length() > WIDTH ? state.substring(0, WIDTH - 1) + "…" : state;
            out.print("\r\u001B[2K" + line);
            out.flush();
            shown = true;
        } else if (Duration.between(lastLine, Instant.now()).compareTo(BETWEEN_LINES) >= 0) {
            lastLine = Instant.now();
            LOG.info("{}", state);
        }
    }

    @Override
    public synchronized void clear() {
        if (shown) {
            out.print("\r\u001B[2K");
            out.flush();
            shown = false;
        }
    }
}
