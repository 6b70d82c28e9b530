package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.runs.JobRunner;
import io.pigeonhole.jobs.runs.Session;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** All jobs in order, skipping what is done. */
@Command(
        name = "run",
        description = "Runs all jobs in order: extract, stratify, train, calibrate, score, evaluate. Skips what this"
                + " configuration and these inputs have already done.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: pigeonhole run conf/languages.conf --set seed=7"})
final class RunCommand extends PipelineCommand {

    @Option(names = "--dry-run", description = PipelineCommand.DRY_RUN)
    private boolean dryRun;

    @Override
    boolean writes() {
        return !dryRun;
    }

    @Override
    void work(Session session, JobRunner runner) {
        if (dryRun) {
            plan(Jobs.all(session.config()), runner);
            return;
        }
        runAll(Jobs.all(session.config()), runner);
        List<JobRunner.Report> reports = reports();
        if (reports.stream().allMatch(JobRunner.Report::skipped)) {
            print("Nothing to do: all " + reports.size() + " runs of this configuration on these inputs are done.");
        } else {
            EvaluationView.printOverview(session, this::print);
        }
        report();
    }
}
