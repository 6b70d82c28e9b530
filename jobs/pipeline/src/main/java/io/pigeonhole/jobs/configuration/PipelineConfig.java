package io.pigeonhole.jobs.configuration;

import java.util.List;

/**
 * A whole configuration file.
 *
 * @param name name of the pipeline, as tables and logs show it
 * @param seed seed of everything that draws
 * @param store where the tables are
 * @param sources where the examples come from
 * @param labels the classes
 */
public record PipelineConfig(
        String name, long seed, StoreConfig store, List<SourceConfig> sources, LabelsConfig labels) {}
