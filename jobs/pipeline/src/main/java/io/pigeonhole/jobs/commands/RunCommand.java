package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.JobRunner;
import io.pigeonhole.jobs.runs.Session;
import java.util.List;
import picocli.CommandLine.Command;

/** Runs all jobs in order, and skips those that are done. */
@Command(
        name = "run",
        description = "Runs all jobs in order: " + JobNames.OF_A_RUN + ". Skips what this"
                + " configuration and these inputs have already done.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: pigeonhole run conf/languages.conf --set seed=7"})
final class RunCommand extends JobCommand {

    @Override
    List<Job> jobs(PipelineConfig config) {
        return Jobs.all(config);
    }

    @Override
    void runJobs(Session session, JobRunner runner) {
        runAll(jobs(session.config()), runner);
        List<JobRunner.Report> reports = reports();
        if (reports.stream().allMatch(JobRunner.Report::skipped)) {
            print("Nothing to do: all " + reports.size() + " runs of this configuration on these inputs are done.");
        } else {
            EvaluationView.printOverview(session, this::print);
        }
        report();
    }
}
