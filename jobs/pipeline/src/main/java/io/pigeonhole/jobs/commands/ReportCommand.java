package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.report.Evaluated;
import io.pigeonhole.jobs.report.Report;
import io.pigeonhole.jobs.runs.JobRunner;
import io.pigeonhole.jobs.runs.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a model version's evaluation as an HTML page. */
@Command(
        name = "report",
        description =
                "Writes a model version's evaluation as one HTML file that needs no network: figures with intervals,"
                        + " classes, confusions, calibration, lineage.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: pigeonhole report conf/languages.conf --model hierarchical --out report.html"})
final class ReportCommand extends PipelineCommand {

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "The model; when absent, the champion, or else the one with the highest macro F1.")
    private @Nullable String model;

    @Option(names = "--model-version", paramLabel = "N", description = "The version; the latest evaluated when absent.")
    private @Nullable Integer version;

    @Option(names = "--split", defaultValue = "test", description = "The split; ${DEFAULT-VALUE} when absent.")
    private String split = "test";

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "report.html",
            description = "The file to write; ${DEFAULT-VALUE} when absent. One that is there is replaced.")
    private Path out = Path.of("report.html");

    @Override
    boolean worksWithoutModels() {
        return model != null;
    }

    @Override
    void work(Session session, JobRunner runner) {
        Evaluated subject = Evaluated.find(session, Optional.ofNullable(model), Optional.ofNullable(version), split);
        new Report(session, subject).write(out);
        session.progress().clear();
        print("Model '" + subject.model() + "' version " + subject.version() + " on split '" + split + "': " + out);
        if (isJson()) {
            print(Json.done(spec().name(), List.of())
                    .put("model", subject.model())
                    .put("version", subject.version())
                    .put("split", split)
                    .put("file", out.toAbsolutePath().toString())
                    .toString());
        }
    }
}
