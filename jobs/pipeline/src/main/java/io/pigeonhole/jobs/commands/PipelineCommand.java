package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.configuration.Configurations;
import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.configuration.Secrets;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.JobRunner;
import io.pigeonhole.jobs.runs.RunLog;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.Lease;
import io.pigeonhole.jobs.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command that works on a configuration file. */
abstract class PipelineCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(PipelineCommand.class);
    static final String DRY_RUN = "Says what would be read, written and needed, and stops there.";

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "The configuration file.")
    private @Nullable String file;

    @Option(names = "--conf", paramLabel = "FILE", description = "The configuration file, as an option.")
    private @Nullable String conf;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Overrides a key of the configuration; repeatable.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--json", description = "The last line on standard output is one JSON object.")
    private boolean json;

    private final List<JobRunner.Report> reports = new ArrayList<>();

    private boolean hasRunJobs;

    boolean isJson() {
        return json;
    }

    CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the specification before a command runs");
        }
        return spec;
    }

    void print(String line) {
        spec().commandLine().getOut().println(Secrets.redact(line));
        spec().commandLine().getOut().flush();
    }

    @Override
    public final Integer call() {
        if ((file == null) == (conf == null)) {
            throw CommandsErrors.oneFile(spec().name());
        }
        PipelineConfig config = Configurations.read(file == null ? String.valueOf(conf) : file, settings);
        if (!worksWithoutModels()) {
            config.requireModels();
        }
        try (SparkSessions spark = new SparkSessions(config.name(), config.spark())) {
            Store store = new Store(spark, spark.hadoop(), config.store());
            ConsoleProgress progress = new ConsoleProgress(System.err, isTerminal() && !json);
            Session session = new Session(spark, store, config, new RunLog(store), progress);
            JobRunner runner = new JobRunner(session, CommandLines.codeVersion());
            store.requireKnownFormat();
            try {
                if (writes()) {
                    workAlone(session, runner);
                } else {
                    work(session, runner);
                }
            } finally {
                if (hasRunJobs) {
                    MetricsCommand.afterJobs(session);
                }
            }
        }
        return ExitCode.DONE.code();
    }

    /** Works while holding the lease. First updates the tables, and closes the runs of processes that died. */
    private void workAlone(Session session, JobRunner runner) {
        try (Lease lease = session.store().take(spec().name(), session.config().name(), LOG::info)) {
            session.store().bringUpToDate(Tables.ALL);
            session.runs().closeDied(lease.predecessor());
            work(session, runner);
        }
    }

    /** On this JDK a console exists exactly if both input and output are a terminal. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        return System.console() != null;
    }

    /** Whether the command works with a configuration that has no models. */
    boolean worksWithoutModels() {
        return false;
    }

    /** Whether the command writes to the store, and so needs the lease. */
    boolean writes() {
        return false;
    }

    /** Does the command's work on a running session. */
    abstract void work(Session session, JobRunner runner);

    /** Runs jobs one after another. Finished jobs are reported even if a later one fails. */
    final void runAll(List<Job> jobs, JobRunner runner) {
        hasRunJobs = true;
        jobs.forEach(job -> reports.add(runner.run(job)));
    }

    /** Prints the plans of jobs and, with {@code --json}, the JSON object. */
    final void plan(List<Job> jobs, JobRunner runner) {
        List<JobRunner.Planned> planned = runner.plan(jobs);
        planned.forEach(job -> print(job.text()));
        if (json) {
            print(Json.planned(spec().name(), planned).toString());
        }
    }

    /** The finished jobs. */
    final List<JobRunner.Report> reports() {
        return List.copyOf(reports);
    }

    /** Prints the JSON object, with {@code --json}. */
    void report() {
        if (json) {
            print(Json.done(spec().name(), reports).toString());
        }
    }
}
