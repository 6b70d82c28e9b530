package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.runs.JobRunner;
import io.pigeonhole.jobs.runs.Session;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints a model version's evaluation in the terminal. */
@Command(
        name = "show",
        description = "Shows a model version's evaluation: the summary with intervals, the worst classes and the most"
                + " frequent confusions.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: pigeonhole show conf/languages.conf --model hierarchical --split test"})
final class ShowCommand extends PipelineCommand {

    @Option(names = "--model", paramLabel = "NAME", description = "The model; all of them when absent.")
    private @Nullable String model;

    @Option(names = "--model-version", paramLabel = "N", description = "The version; the latest evaluated when absent.")
    private @Nullable Integer version;

    @Option(names = "--split", defaultValue = "test", description = "The split; ${DEFAULT-VALUE} when absent.")
    private String split = "test";

    @Option(
            names = "--rows",
            defaultValue = "10",
            description = "Worst classes and confusions shown; ${DEFAULT-VALUE}.")
    private int rows = 10;

    @Override
    boolean worksWithoutModels() {
        return model != null;
    }

    @Override
    void work(Session session, JobRunner runner) {
        List<String> models = model == null
                ? session.config().models().stream().map(m -> m.name()).toList()
                : List.of(model);
        for (String name : models) {
            EvaluationView.print(session, name, Optional.ofNullable(version), split, rows, this::print);
        }
        report();
    }
}
