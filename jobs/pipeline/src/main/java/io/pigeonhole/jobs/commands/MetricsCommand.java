package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.configuration.MetricsConfig;
import io.pigeonhole.jobs.metrics.MetricsSink;
import io.pigeonhole.jobs.metrics.StoreMetrics;
import io.pigeonhole.jobs.runs.JobRunner;
import io.pigeonhole.jobs.runs.Session;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Exports the store's figures for Prometheus. */
@Command(
        name = "metrics",
        description =
                "Gives the figures of the store (jobs and their phases, tables, models, classes) as OpenMetrics text:"
                        + " to a file, to a Pushgateway, or to standard output. The key metrics does the same at the end of each"
                        + " run.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: pigeonhole metrics conf/languages.conf --out pigeonhole.prom"})
final class MetricsCommand extends PipelineCommand {

    private static final Logger LOG = LoggerFactory.getLogger(MetricsCommand.class);

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "The file to replace; metrics.file when absent. node_exporter's textfile collector takes those"
                            + " that end in .prom.")
    private @Nullable String out;

    @Option(
            names = "--push",
            paramLabel = "URL",
            description = "The Pushgateway to push to; metrics.pushgateway when absent.")
    private @Nullable String gateway;

    @Override
    boolean worksWithoutModels() {
        return true;
    }

    @Override
    void work(Session session, JobRunner runner) {
        MetricsConfig config = session.config().metrics();
        Optional<String> file = Optional.ofNullable(out).or(config::file);
        Optional<String> push = Optional.ofNullable(gateway).or(config::pushgateway);
        String metrics = StoreMetrics.text(session, Tables.ALL);
        give(session, metrics, file, push);
        long samples = metrics.lines().filter(line -> !line.startsWith("#")).count();
        if (file.isEmpty() && push.isEmpty() && !isJson()) {
            print(metrics.stripTrailing());
        } else {
            file.ifPresent(name -> print(samples + " samples written to " + name));
            push.ifPresent(name -> print(samples + " samples pushed to the Pushgateway"));
        }
        if (isJson()) {
            print(Json.done(spec().name(), reports()).put("samples", samples).toString());
        }
    }

    private static void give(Session session, String metrics, Optional<String> file, Optional<String> push) {
        file.ifPresent(name -> MetricsSink.write(metrics, Path.of(name)));
        push.ifPresent(
                address -> MetricsSink.push(metrics, address, session.config().name()));
    }

    /** Exports the figures at the end of jobs, if configured. If the export fails, the jobs do not fail. */
    static void afterJobs(Session session) {
        MetricsConfig config = session.config().metrics();
        if (config.file().isEmpty() && config.pushgateway().isEmpty()) {
            return;
        }
        try {
            give(session, StoreMetrics.text(session, Tables.ALL), config.file(), config.pushgateway());
        } catch (RuntimeException e) {
            LOG.warn("the metrics of this run are not given on: {}", e.getMessage());
        }
    }
}
