package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.PipelineException;
import java.net.URI;
import java.util.Optional;

/**
 * The targets of the store's figures. They are exported as OpenMetrics text at the end of each command that runs jobs,
 * even if jobs fail.
 *
 * @param classes maximum number of classes of a model and split with their own metrics
 * @param file file on the driver's machine for node_exporter's textfile collector, replaced as a whole; none when
 *     absent
 * @param pushgateway address of a Pushgateway, such as {@code http://gateway:9091}; none when absent
 */
public record MetricsConfig(int classes, Optional<String> file, Optional<String> pushgateway) {

    public MetricsConfig {
        if (classes < 0) {
            throw ConfigurationErrors.metricsClasses(classes);
        }
        if (file.isPresent() && !file.get().endsWith(".prom")) {
            throw ConfigurationErrors.metricsFile(file.get());
        }
        pushgateway.ifPresent(MetricsConfig::requireAddress);
    }

    /**
     * Checks the address of a Pushgateway.
     *
     * @throws PipelineException (configuration) unless it is an http or https address without user and password
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
            // reported below, without the address, which may contain a password
        }
        throw ConfigurationErrors.pushgatewayAddress();
    }
}
