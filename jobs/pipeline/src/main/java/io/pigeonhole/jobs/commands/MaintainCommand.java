package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.maintain.MaintainJob;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.JobRunner;
import io.pigeonhole.jobs.runs.Session;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Reduces the number of files without changing rows. */
@Command(
        name = JobNames.MAINTAIN,
        description = "Puts the small files of all tables together (OPTIMIZE) and removes those that are in no version"
                + " that is present or that a row of runs names (VACUUM).",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: pigeonhole maintain conf/languages.conf --dry-run"})
final class MaintainCommand extends PipelineCommand {

    @Option(
            names = "--retention",
            paramLabel = "HOURS",
            defaultValue = "168",
            description = "Files that left their table later than this are kept, for readers that are at work on them;"
                    + " ${DEFAULT-VALUE}.")
    private long retention = 168;

    @Option(names = "--dry-run", description = "Tells what would be removed, and changes nothing.")
    private boolean dryRun;

    @Override
    boolean worksWithoutModels() {
        return true;
    }

    @Override
    boolean writes() {
        return !dryRun;
    }

    @Override
    void work(Session session, JobRunner runner) {
        if (retention < 0) {
            throw CommandsErrors.retention(retention);
        }
        MaintainJob job = new MaintainJob(Tables.ALL, Duration.ofHours(retention), this::print);
        if (dryRun) {
            job.dryRun(session);
        } else {
            runAll(List.of(job), runner);
        }
        report();
    }
}
