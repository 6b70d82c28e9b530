package io.pigeonhole.jobs.runs;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs: skips what is done, leaves a row in {@code runs} for the rest.
 *
 * <p>A run is skipped when the latest run of the same job and subject has the same id and is done: then the tables hold
 * its rows. A run that died is simply run again; its id is the same, so its rows replace what it left behind.
 */
public final class JobRunner {

    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);

    private final Session session;
    private final String codeVersion;

    public JobRunner(Session session, String codeVersion) {
        this.session = session;
        this.codeVersion = codeVersion;
    }

    /**
     * What became of a job.
     *
     * @param runId its run
     * @param skipped whether the work had been done before
     * @param outcome what came of it, then or now
     * @param seconds wall-clock time
     */
    public record Report(String job, String subject, String runId, boolean skipped, Outcome outcome, double seconds) {}

    /** A job failed; carries the run's id for the message. */
    public static final class RunFailedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final String job;
        private final String subject;
        private final String runId;

        RunFailedException(Job job, String runId, Throwable cause) {
            super("run " + runId + " failed: " + cause.getMessage(), cause);
            this.job = job.name();
            this.subject = job.subject();
            this.runId = runId;
        }

        public String job() {
            return job;
        }

        public String subject() {
            return subject;
        }

        public String runId() {
            return runId;
        }
    }

    /** Runs the job unless it is done. */
    public Report run(Job job) {
        Instant start = now();
        String title = job.subject().isEmpty() ? job.name() : job.name() + " " + job.subject();
        session.progress().update(title + ": looking at its inputs");
        Identity identity = job.identity(session);
        String runId = identity.runId(job.name(), job.subject(), codeVersion);
        Optional<RunLog.Entry> latest = session.runs().latest(job.name(), job.subject());
        if (latest.isPresent() && latest.get().isDone() && latest.get().runId().equals(runId)) {
            LOG.info("{}: already done (run {})", title, runId);
            return new Report(
                    job.name(), job.subject(), runId, true, latest.get().outcome(), secondsSince(start));
        }
        RunRow row = new RunRow(
                runId,
                job.name(),
                job.subject(),
                session.config().name(),
                identity,
                codeVersion,
                session.config().seed(),
                "running",
                Optional.empty(),
                Optional.empty(),
                start,
                Optional.empty());
        session.runs().write(row);
        session.spark().sparkContext().setJobGroup(runId, title, false);
        try {
            Outcome outcome = job.run(session, new Run(runId, identity));
            session.runs().write(row.done(outcome, now()));
            session.progress().clear();
            LOG.info(
                    "{}: {} ({} s)", title, outcome.summary(), String.format(Locale.ROOT, "%.1f", secondsSince(start)));
            return new Report(job.name(), job.subject(), runId, false, outcome, secondsSince(start));
        } catch (Throwable e) {
            // what Scala throws need not be a RuntimeException: a failed task is not
            session.progress().clear();
            writeFailure(row, e);
            throw new RunFailedException(job, runId, e);
        } finally {
            session.spark().sparkContext().clearJobGroup();
        }
    }

    private void writeFailure(RunRow row, Throwable cause) {
        try {
            session.runs().write(row.failed(cause, now()));
        } catch (Exception e) {
            LOG.warn("the failure of run {} could not be recorded: {}", row.runId(), e.getMessage());
        }
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static double secondsSince(Instant start) {
        return Duration.between(start, Instant.now()).toMillis() / 1e3;
    }
}
