package io.pigeonhole.jobs.configuration;

import java.util.Optional;

/**
 * Where the tables are.
 *
 * @param root a path on any Hadoop file system, or the name of a catalog schema
 * @param artifacts folder of the model artifacts; beside the tables when absent
 */
public record StoreConfig(String root, Optional<String> artifacts) {}
