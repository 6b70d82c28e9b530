package io.pigeonhole.jobs.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.jobs.replay.PastRun;
import io.pigeonhole.jobs.replay.Replay;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.JobRunner;
import io.pigeonhole.jobs.runs.Session;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Repeats a past run and compares the results. */
@Command(
        name = "replay",
        description = "Derives what a past run wrote from the table versions that it read, beside the store, and tells"
                + " whether the same bits come out. Ends with 0 if they do, 6 if not, and 3 if the run cannot be replayed"
                + " any more.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: pigeonhole replay conf/languages.conf stratify-44a30eec3090"})
final class ReplayCommand extends PipelineCommand {

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "RUN",
            description = "The run_id of the run, as in the table runs.")
    private @Nullable String run;

    @Option(names = "--run", paramLabel = "RUN", description = "The same, as an option.")
    private @Nullable String runOption;

    @Override
    void work(Session session, JobRunner runner) {
        if ((run == null) == (runOption == null)) {
            throw CommandsErrors.oneRun();
        }
        PastRun past = PastRun.find(session, run == null ? String.valueOf(runOption) : run);
        List<Replay.Finding> findings =
                Replay.of(session, past, job(session, past), CommandLines.codeVersion(), Tables.ALL);
        session.progress().clear();
        findings.forEach(finding -> print(text(finding)));
        if (findings.stream().anyMatch(finding -> !finding.isIdentical())) {
            throw CommandsErrors.otherBits(past);
        }
        print("Run " + past.id() + " came out again, to the last bit.");
        if (isJson()) {
            ObjectNode json = Json.done(spec().name(), reports());
            json.put("run_id", past.id());
            ArrayNode tables = json.putArray("tables");
            findings.forEach(finding -> tables.addObject()
                    .put("table", finding.table())
                    .put("rows", finding.rows())
                    .put("identical", finding.isIdentical()));
            print(json.toString());
        }
    }

    private static String text(Replay.Finding finding) {
        return finding.table() + ": " + finding.rows() + " rows, "
                + (finding.isIdentical()
                        ? "identical"
                        : finding.onlyStored() + " of them do not come out, " + finding.onlyReplayed() + " others do");
    }

    private static Job job(Session session, PastRun past) {
        return Jobs.all(session.config()).stream()
                .filter(job -> job.name().equals(past.job()) && job.subject().equals(past.subject()))
                .findFirst()
                .orElseThrow(() -> JobNames.ON_THEIR_OWN.contains(past.job())
                        ? CommandsErrors.notReplayable(past)
                        : CommandsErrors.noSuchJob(past));
    }
}
