package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.PipelineException;
import java.util.Optional;

/**
 * Where the tables are.
 *
 * @param root a path on any Hadoop file system, or the name of a catalog schema
 * @param artifacts folder of the model artifacts; beside the tables when absent
 * @param waitSeconds how long a command waits for another process that writes to the store
 */
public record StoreConfig(String root, Optional<String> artifacts, long waitSeconds) {

    public StoreConfig {
        if (waitSeconds < 0) {
            throw PipelineException.configuration("store.wait_seconds is 0 or more, not " + waitSeconds);
        }
    }

    /** A store that is not waited for. */
    public StoreConfig(String root, Optional<String> artifacts) {
        this(root, artifacts, 0);
    }
}
