package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.forget.ForgetJob;
import io.pigeonhole.jobs.forget.Subject;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.JobRunner;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.transforms.Columns;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Removes a subject from every table. */
@Command(
        name = JobNames.FORGET,
        description =
                "Removes examples from every table, tells from how many rows of each and which model versions learnt"
                        + " from them, and keeps them from coming back by extract.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: pigeonhole forget conf/languages.conf --example 4711",
            "Example: pigeonhole forget tickets.conf --key customer=17"
        })
final class ForgetCommand extends PipelineCommand {

    @Option(names = "--example", paramLabel = "ID", description = "Id of an example; repeatable.")
    private List<String> examples = new ArrayList<>();

    @Option(
            names = "--key",
            paramLabel = "FIELD=VALUE",
            description = "All examples that have this value in this column of the table examples.")
    private @Nullable String key;

    @Override
    boolean worksWithoutModels() {
        return true;
    }

    @Override
    boolean writes() {
        return true;
    }

    @Override
    void work(Session session, JobRunner runner) {
        runAll(List.of(new ForgetJob(Tables.ALL, subject(), this::print)), runner);
        report();
    }

    private Subject subject() {
        int equals = key == null ? -1 : key.indexOf('=');
        if (examples.isEmpty() == (key == null) || (key != null && equals < 1)) {
            throw CommandsErrors.nothingToForget();
        }
        return key == null
                ? new Subject(Columns.EXAMPLE_ID, examples)
                : new Subject(key.substring(0, equals), List.of(key.substring(equals + 1)));
    }
}
