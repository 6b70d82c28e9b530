package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.discover.DiscoverJob;
import io.pigeonhole.jobs.discover.ReviewFile;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.JobRunner;
import io.pigeonhole.jobs.runs.Session;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks for new classes. */
@Command(
        name = JobNames.DISCOVER,
        description =
                "Clusters the rows of a split that a model version knows no class for, and proposes stable clusters as"
                        + " new classes; writes proposed_classes and proposed_members. With --accept, it also writes the"
                        + " rows of the named clusters with proposed labels to a file, for people to review.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: pigeonhole discover tickets.conf --model softmax --split new",
            "Example: pigeonhole discover tickets.conf --model softmax --split new --accept 3=\"lost card\" --out"
                    + " review.csv"
        })
final class DiscoverCommand extends DecisionCommand {

    @Option(names = "--split", paramLabel = "SPLIT", description = "The split; discover.split when absent.")
    private @Nullable String split;

    @Option(
            names = "--accept",
            paramLabel = "CLUSTER=NAME",
            description = "Propose this label for the rows of this cluster; repeatable, needs --out. The labels are"
                    + " proposals: the store does not change.")
    private Map<Integer, String> accepted = new LinkedHashMap<>();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "CSV file for the review: example_id, proposed_label, cluster, similarity and texts.")
    private @Nullable Path out;

    @Override
    List<Job> jobs(PipelineConfig config) {
        if (accepted.isEmpty() != (out == null)) {
            throw CommandsErrors.acceptWithoutFile();
        }
        return List.of(new DiscoverJob(model(config), version(), Optional.ofNullable(split)));
    }

    @Override
    void runJobs(Session session, JobRunner runner) {
        runAll(jobs(session.config()), runner);
        List<Row> proposals = DiscoverView.print(session, reports().get(0).runId(), this::print);
        if (out != null) {
            int rows = new ReviewFile(session, accepted).write(proposals, out);
            print(String.format(
                    Locale.ROOT,
                    "%nWrote %,d rows to %s. Their labels are proposals, not the truth: let people review them, and"
                            + " read the file back as a source.",
                    rows,
                    out));
        }
        report();
    }
}
