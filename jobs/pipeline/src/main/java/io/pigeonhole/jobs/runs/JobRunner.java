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
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs. It skips jobs that are done, and writes a row of {@code runs} for each of the others.
 *
 * <p>A run is skipped if the latest run of the same job and subject has the same id and is done: the tables then hold
 * its rows. A run that died is repeated; its id is the same, so its rows replace those that it left behind.
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
     * The result of a job.
     *
     * @param runId its run
     * @param skipped whether the job was already done
     * @param outcome outcome of this run or, if it is skipped, of the earlier one
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
        Optional<SparkContext> context =
                job.usesSpark() ? Optional.of(session.spark().sparkContext()) : Optional.empty();
        context.ifPresent(spark -> spark.setJobGroup(runId, title, false));
        Phases phases = Phases.start(context, session.progress().under(title), title);
        SmallWork settings = SmallWork.begin(session, plan);
        try {
            Outcome outcome = job.run(session.reportingTo(phases), new Run(runId, identity));
            phases.stop();
            session.runs().write(row, phases);
            session.runs().write(row.done(outcome, now()));
            session.progress().clear();
            LOG.info(
                    "{}: {} ({} s)", title, outcome.summary(), String.format(Locale.ROOT, "%.1f", secondsSince(start)));
            outcome.warnings().forEach(warning -> LOG.warn("{}: {}", title, warning));
            return new Report(job.name(), job.subject(), runId, false, outcome, secondsSince(start));
        } catch (Throwable e) {
            // Scala code may throw checked exceptions: a failed task is one
            session.progress().clear();
            writeFailure(row, phases, e);
            throw new RunFailedException(job, runId, e);
        } finally {
            settings.end();
            context.ifPresent(SparkContext::clearJobGroup);
        }
    }

    private static String title(String job, String subject) {
        return subject.isEmpty() ? job : job + " " + subject;
    }

    /** The run, if it is the latest of its job and subject and is done: the tables then hold its rows. */
    private Optional<RunLog.Entry> done(Job job, String runId) {
        return session.runs()
                .latest(job.name(), job.subject())
                .filter(latest -> latest.isDone() && latest.runId().equals(runId));
    }

    /** The differences from the job's latest run, which make it run again. */
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
     * The plan for a job.
     *
     * @param runId its run; empty if it depends on jobs that would run before it
     * @param isDone whether the job would be skipped
     * @param changes reasons for running again, if it has run before
     */
    public record Planned(
            String job, String subject, Optional<String> runId, boolean isDone, List<String> changes, Plan plan) {

        public Planned {
            changes = List.copyOf(changes);
        }

        /** One line for people. */
        public String text() {
            String what = isDone ? "nothing to do" : plan.text();
            return title(job, subject) + ": " + (changes.isEmpty() ? what : reason(changes) + "; " + what);
        }
    }

    /**
     * Plans jobs that would run one after another. Nothing is written.
     *
     * @throws PipelineException if one of them could not run
     */
    public List<Planned> plan(List<Job> jobs) {
        List<Planned> planned = new ArrayList<>();
        Forecast forecast = new Forecast(session);
        // the subjects of jobs that would run, since jobs of another model do not depend on them
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

    /** Why a job would run again because jobs before it, on which its identity depends, would run. */
    private List<String> followed(Job job) {
        return session.runs().latest(job.name(), job.subject()).isPresent()
                ? List.of("jobs that it builds on run again")
                : List.of();
    }

    private Plan plan(Job job, Forecast forecast) {
        Plan plan = job.plan(session, forecast);
        return plan.needing(Resources.disk(session, plan));
    }

    /** Refuses a job that cannot fit in memory or on disk, and logs a warning for one that may not fit. */
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
