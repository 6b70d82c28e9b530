package io.pigeonhole.jobs.metrics;

import io.pigeonhole.jobs.configuration.MetricsConfig;
import io.pigeonhole.transforms.PipelineException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/** A destination of metrics. */
public final class MetricsSink {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private MetricsSink() {}

    /**
     * Replaces a file atomically, so that a reader sees either the old or the new metrics.
     *
     * @throws PipelineException (configuration) if it cannot be written
     */
    public static void write(String metrics, Path file) {
        Path target = file.toAbsolutePath();
        // with another ending, which collectors ignore, and in the same folder, so that the move is atomic
        Path draft = target.resolveSibling(
                target.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            Files.writeString(draft, metrics);
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw MetricsErrors.cannotBeWritten(file, e);
        }
    }

    /**
     * Replaces the metrics that this pipeline pushed before.
     *
     * @throws PipelineException (configuration) if the Pushgateway refuses them
     * @throws IllegalStateException if it cannot be reached
     */
    public static void push(String metrics, String gateway, String pipeline) {
        URI address = MetricsConfig.requireAddress(gateway);
        String name = URLEncoder.encode(pipeline, StandardCharsets.UTF_8).replace("+", "%20");
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(gateway.replaceAll("/+$", "") + "/metrics/job/pigeonhole/pipeline/" + name))
                .timeout(PATIENCE)
                .header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                .PUT(HttpRequest.BodyPublishers.ofString(metrics))
                .build();
        try {
            HttpResponse<String> answer = HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw MetricsErrors.refused(address, answer.statusCode(), shortened(answer.body()));
            }
        } catch (IOException e) {
            throw new IllegalStateException("the Pushgateway at " + address.getHost() + " cannot be reached: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while metrics were pushed", e);
        }
    }

    private static String shortened(String text) {
        return text.strip().substring(0, Math.min(200, text.strip().length()));
    }
}
