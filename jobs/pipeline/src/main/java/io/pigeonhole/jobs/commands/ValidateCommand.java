package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.jobs.runs.JobRunner;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.sources.Access;
import io.pigeonhole.jobs.sources.Sources;
import io.pigeonhole.transforms.features.Features;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks the configuration and its sources without running jobs. */
@Command(
        name = "validate",
        description = "Checks the configuration and the sources' schemas without running anything.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: pigeonhole validate --sample 1000 tickets.conf"})
final class ValidateCommand extends PipelineCommand {

    @Option(
            names = "--sample",
            paramLabel = "N",
            description = "Also reads the first N rows of each source, and shows how each column was understood, the"
                    + " classes, and what would be rejected.")
    private int sample;

    @Override
    void work(Session session, JobRunner runner) {
        PipelineConfig config = session.config();
        for (SourceConfig source : config.sources()) {
            StructType schema = Sources.of(Access.of(session), source).schema();
            Features.check(schema, Features.resolved(schema, config.allFeatures()));
            if (sample > 0) {
                SampleView.print(session, source, sample, this::print);
            } else {
                print("source '" + source.name() + "': " + String.join(", ", schema.fieldNames()));
            }
        }
        config.labels().taxonomy().ifPresent(table -> Sources.checkTaxonomy(Access.of(session), table));
        print("The configuration of '" + config.name() + "' is valid: "
                + count(config.sources().size(), "source") + ", "
                + count(config.allFeatures().size(), "feature") + ", "
                + count(config.models().size(), "model")
                + ", store " + config.store().root() + ".");
        report();
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
