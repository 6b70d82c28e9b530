package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.PipelineException;
import java.util.Map;
import java.util.Optional;

/**
 * What to read: a {@code path} in a {@code format}, or a {@code table} of a catalog; and then, optionally, a SQL {@code
 * query} over it (the view {@code input}). A query may also stand alone.
 *
 * @param format a format of Spark's reader: csv, json, parquet, orc, delta, libsvm, text, jdbc, ...
 * @param options options of that reader
 * @param path file, folder or glob on any Hadoop file system
 * @param table name in a catalog
 * @param query Spark SQL
 * @param version Delta table version to pin
 * @param timestamp time to pin a Delta table at
 */
public record Reading(
        Optional<String> format,
        Map<String, String> options,
        Optional<String> path,
        Optional<String> table,
        Optional<String> query,
        Optional<Long> version,
        Optional<String> timestamp) {

    public Reading {
        options = Map.copyOf(options);
        if (path.isPresent() && table.isPresent()) {
            throw PipelineException.configuration("reads either a path or a table, not both; remove one");
        }
        if (path.isEmpty() && table.isEmpty() && query.isEmpty() && format.isEmpty()) {
            throw PipelineException.configuration("says nothing to read; give a path, a table, a query or a format");
        }
        if (version.isPresent() && timestamp.isPresent()) {
            throw PipelineException.configuration("pins both a version and a timestamp; remove one");
        }
    }
}
