package io.pigeonhole.jobs.runs;

import io.pigeonhole.jobs.configuration.Secrets;
import io.pigeonhole.transforms.PipelineException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
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
        String title = title(job.name(), job.subject());
        session.progress().update(title + ": looking at its inputs");
        Identity identity = job.identity(session);
        String runId = identity.runId(job.name(), job.subject(), codeVersion);
        Optional<RunLog.Entry> done = done(job, runId);
        if (done.isPresent()) {
            LOG.info("{}: already done (run {})", title, runId);
            return new Report(job.name(), job.subject(), runId, true, done.get().outcome(), secondsSince(start));
        }
        Plan plan = plan(job, new Forecast(session));
        session.progress().clear();
        String reason = reason(changes(job, identity));
        if (!reason.isEmpty()) {
            LOG.info("{}: {}", title, reason);
        }
        if (!plan.text().isEmpty()) {
            LOG.info("{}: {}", title, plan.text());
        }
        refuse(title, plan);
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
        session.store().working(runId);
        session.runs().write(row);
        session.spark().sparkContext().setJobGroup(runId, title, false);
        Phases phases =
                Phases.start(session.spark().sparkContext(), session.progress().under(title), title);
        try {
            Outcome outcome = job.run(session.reportingTo(phases), new Run(runId, identity));
            phases.stop();
            session.runs().write(row, phases);
            session.runs().write(row.done(outcome, now()));
            session.progress().clear();
            LOG.info(
                    "{}: {} ({} s)", title, outcome.summary(), String.format(Locale.ROOT, "%.1f", secondsSince(start)));
            return new Report(job.name(), job.subject(), runId, false, outcome, secondsSince(start));
        } catch (Throwable e) {
            // what Scala throws need not be a RuntimeException: a failed task is not
            session.progress().clear();
            writeFailure(row, phases, e);
            throw new RunFailedException(job, runId, e);
        } finally {
            session.spark().sparkContext().clearJobGroup();
        }
    }

    private static String title(String job, String subject) {
        return subject.isEmpty() ? job : job + " " + subject;
    }

    /** The run, where it is the latest of its job and subject and was done: then the tables hold its rows. */
    private Optional<RunLog.Entry> done(Job job, String runId) {
        return session.runs()
                .latest(job.name(), job.subject())
                .filter(latest -> latest.isDone() && latest.runId().equals(runId));
    }

    /** Why a job that has run before runs again: what differs from its latest run. */
    private List<String> changes(Job job, Identity identity) {
        return session.runs()
                .latest(job.name(), job.subject())
                .map(latest -> {
                    List<String> changes = latest.provenance().changes(Provenance.of(identity, codeVersion));
                    return changes.isEmpty() ? List.of("its latest run is " + latest.status()) : changes;
                })
                .orElse(List.of());
    }

    private static String reason(List<String> changes) {
        return changes.isEmpty() ? "" : "runs again: " + String.join("; ", changes);
    }

    /**
     * What a job would do.
     *
     * @param runId its run; nothing where that depends on jobs that would run before it
     * @param isDone whether there would be nothing to do
     * @param changes why it would run again, where it has run before
     */
    public record Planned(
            String job, String subject, Optional<String> runId, boolean isDone, List<String> changes, Plan plan) {

        public Planned {
            changes = List.copyOf(changes);
        }

        /** For people, in a line. */
        public String text() {
            String what = isDone ? "nothing to do" : plan.text();
            return title(job, subject) + ": " + (changes.isEmpty() ? what : reason(changes) + "; " + what);
        }
    }

    /**
     * Plans jobs that would run one after another, and writes nothing.
     *
     * @throws PipelineException if one of them could not run
     */
    public List<Planned> plan(List<Job> jobs) {
        List<Planned> planned = new ArrayList<>();
        Forecast forecast = new Forecast(session);
        // subjects of jobs that would run: jobs of another model do not depend on them
        Set<String> changing = new HashSet<>();
        for (Job job : jobs) {
            boolean followsOthers = changing.contains("") || changing.contains(job.subject());
            Optional<Identity> identity = followsOthers ? Optional.empty() : Optional.of(job.identity(session));
            Optional<String> runId = identity.map(some -> some.runId(job.name(), job.subject(), codeVersion));
            boolean isDone = runId.flatMap(id -> done(job, id)).isPresent();
            Plan plan = isDone ? Plan.SMALL : plan(job, forecast);
            forecast.add(plan);
            refuse(title(job.name(), job.subject()), plan);
            List<String> changes = isDone
                    ? List.of()
                    : identity.map(some -> changes(job, some)).orElseGet(() -> followed(job));
            planned.add(new Planned(job.name(), job.subject(), runId, isDone, changes, plan));
            if (!isDone) {
                changing.add(job.subject());
            }
        }
        session.progress().clear();
        return planned;
    }

    /** Why a job that has run before would run again after others, on which its identity depends. */
    private List<String> followed(Job job) {
        return session.runs().latest(job.name(), job.subject()).isPresent()
                ? List.of("jobs that it builds on run again")
                : List.of();
    }

    private Plan plan(Job job, Forecast forecast) {
        Plan plan = job.plan(session, forecast);
        return plan.needing(Resources.disk(session, plan));
    }

    /** Stops a job that cannot fit; one that may not fit is warned of. */
    private void refuse(String title, Plan plan) {
        for (Plan.Need need : plan.needs()) {
            if (!need.fits() && need.isSure() && session.config().plan().refuse()) {
                throw RunsErrors.cannotFit(title, need);
            }
            if (!need.fits()) {
                LOG.warn("{} may not fit. {}", title, need.problem());
            }
        }
    }

    private void writeFailure(RunRow row, Phases phases, Throwable cause) {
        try {
            phases.stop();
            session.runs().write(row.failed(cause, now()));
            session.runs().write(row, phases);
        } catch (Exception e) {
            LOG.warn(
                    "the failure of run {} could not be recorded: {}",
                    row.runId(),
                    Secrets.redact(String.valueOf(e.getMessage())));
        }
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static double secondsSince(Instant start) {
        return Duration.between(start, Instant.now()).toMillis() / 1e3;
    }
}
