package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.PipelineException;
import java.net.URI;
import java.util.Optional;

/**
 * Where the store's figures go as OpenMetrics text at the end of each command that runs jobs, whether they are done or failed.
 *
 * @param classes most classes of a model and split that have metrics of their own
 * @param file a file of the driver's machine, replaced as a whole, for node_exporter's textfile collector; none when absent
 * @param pushgateway address of a Pushgateway, such as {@code http://gateway:9091}; none when absent
 */
public record MetricsConfig(int classes, Optional<String> file, Optional<String> pushgateway) {

    public MetricsConfig {
        if (classes < 0) {
            throw PipelineException.configuration("metrics.classes must be at least 0, not " + classes);
        }
        if (file.isPresent() && !file.get().endsWith(".prom")) {
            throw PipelineException.configuration("metrics.file is '" + file.get()
                    + "', but node_exporter's textfile collector reads files that end in .prom alone; name it so");
        }
        pushgateway.ifPresent(MetricsConfig::requireAddress);
    }

    /**
     * Checks the address of a Pushgateway.
     *
     * @throws PipelineException (configuration) unless it is one of http or https, without user and password
     */
    public static URI requireAddress(String address) {
        try {
            URI uri = URI.create(address);
            if (uri.getHost() != null
                    && uri.getUserInfo() == null
                    && String.valueOf(uri.getScheme()).matches("https?")) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // said below, without the address: it may hold a password
        }
        throw PipelineException.configuration("The address of the Pushgateway must be like http://gateway:9091, without"
                + " user and password; correct metrics.pushgateway, or --push");
    }
}
