package io.pigeonhole.jobs.configuration;

import java.util.Optional;

/**
 * The location of the tables.
 *
 * @param root a path on any Hadoop file system, or the name of a catalog schema
 * @param artifacts folder of the model artifacts; next to the tables when absent
 * @param waitSeconds longest wait for another process that writes to the store
 */
public record StoreConfig(String root, Optional<String> artifacts, long waitSeconds) {

    public StoreConfig {
        if (waitSeconds < 0) {
            throw ConfigurationErrors.waitSeconds(waitSeconds);
        }
    }

    /** A store without waiting for other processes. */
    public StoreConfig(String root, Optional<String> artifacts) {
        this(root, artifacts, 0);
    }
}
