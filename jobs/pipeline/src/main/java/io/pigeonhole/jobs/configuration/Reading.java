package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.PipelineException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Rows to read: a {@code path} in a {@code format}, or a {@code table} of a catalog, optionally with an SQL {@code
 * query} over it (the view {@code input}). A query can also be the only key.
 *
 * @param format a format of Spark's reader: csv, json, parquet, orc, delta, libsvm, text, jdbc, ...
 * @param options options of that reader; {@code schema} is Pigeonhole's own: column names and types, such as {@code
 *     "text STRING, amount DOUBLE"}, instead of the inferred ones
 * @param path file, folder or glob on any Hadoop file system
 * @param table name in a catalog
 * @param query Spark SQL
 * @param version Delta table version to pin
 * @param timestamp time to pin a Delta table at, by the version that was the latest then
 */
public record Reading(
        Optional<String> format,
        Map<String, String> options,
        Optional<String> path,
        Optional<String> table,
        Optional<String> query,
        Optional<Long> version,
        Optional<String> timestamp) {

    /** The beginning of a statement that reads, after comments. */
    private static final Pattern QUERY = Pattern.compile(
            "\\A(\\s|\\(|--[^\\n]*\\n|/\\*(?s:.*?)\\*/)*(SELECT|WITH|FROM|VALUES|TABLE)\\b", Pattern.CASE_INSENSITIVE);

    public Reading {
        // in a fixed order, since run ids are hashes of the text of the configuration
        options = Collections.unmodifiableMap(new TreeMap<>(options));
        if (path.isPresent() && table.isPresent()) {
            throw ConfigurationErrors.pathAndTable();
        }
        if (path.isEmpty() && table.isEmpty() && query.isEmpty() && format.isEmpty()) {
            throw ConfigurationErrors.nothingToRead();
        }
        if (path.isEmpty() && table.isEmpty() && format.isEmpty() && (version.isPresent() || timestamp.isPresent())) {
            throw ConfigurationErrors.pinnedQuery();
        }
        if (query.isPresent() && !QUERY.matcher(query.get()).find()) {
            throw ConfigurationErrors.notAQuery();
        }
        if (version.isPresent() && timestamp.isPresent()) {
            throw ConfigurationErrors.versionAndTimestamp();
        }
    }

    /**
     * The same reading at a time, unless it has its own pin.
     *
     * @throws PipelineException (configuration) if the data have no earlier versions
     */
    Reading asOf(String owner, String time) {
        if (version.isPresent() || timestamp.isPresent()) {
            return this;
        }
        if (table.isEmpty() && !(path.isPresent() && format.equals(Optional.of("delta")))) {
            throw ConfigurationErrors.noPast(owner, time);
        }
        return new Reading(format, options, path, table, query, version, Optional.of(time));
    }

    /** The same reading of the latest version. */
    public Reading withoutPin() {
        return new Reading(format, options, path, table, query, Optional.empty(), Optional.empty());
    }

    /** The same reading of a version of a Delta table. */
    public Reading at(long pinned) {
        return new Reading(format, options, path, table, query, Optional.of(pinned), Optional.empty());
    }

    /**
     * Run ids are hashes of this text. It contains no secret: secrets may change, and must not be guessable from a
     * hash.
     */
    @Override
    public String toString() {
        return "Reading[format=" + format + ", options=" + Secrets.redact(options) + ", path=" + path + ", table="
                + table + ", query=" + query.map(Secrets::redact) + ", version=" + version + ", timestamp=" + timestamp
                + "]";
    }
}
