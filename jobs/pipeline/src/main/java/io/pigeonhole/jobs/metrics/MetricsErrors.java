package io.pigeonhole.jobs.metrics;

import io.pigeonhole.transforms.PipelineException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class MetricsErrors {

    private MetricsErrors() {}

    static PipelineException cannotBeWritten(Path file, IOException e) {
        return PipelineException.configuration("The metrics cannot be written to " + file + ": " + e
                + ". Name another file (metrics.file, or --out), in a folder that is there.");
    }

    static PipelineException refused(URI address, int status, String answer) {
        return PipelineException.configuration("The Pushgateway at " + address.getHost() + " answers " + status
                + " to the metrics: " + answer + ". Check that metrics.pushgateway, or --push, is one.");
    }
}
