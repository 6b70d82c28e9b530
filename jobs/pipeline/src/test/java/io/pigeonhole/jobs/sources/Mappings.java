package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.ColumnMapping;
import io.pigeonhole.jobs.configuration.Reading;
import io.pigeonhole.jobs.configuration.SourceConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Configurations for the tests. */
final class Mappings {

    private Mappings() {}

    static SourceConfig.Spark source(Reading read, ColumnMapping columns) {
        return new SourceConfig.Spark("birds", read, columns, false);
    }

    static Reading files(String format, Path path, Map<String, String> options) {
        return reading(format, options, path.toString(), null, null);
    }

    static Reading reading(
            @Nullable String format,
            Map<String, String> options,
            @Nullable String path,
            @Nullable String query,
            @Nullable Long version) {
        return new Reading(
                Optional.ofNullable(format),
                options,
                Optional.ofNullable(path),
                Optional.empty(),
                Optional.ofNullable(query),
                Optional.ofNullable(version),
                Optional.empty());
    }

    static ColumnMapping label(String label, Map<String, String> fields) {
        return mapping(label, fields, Map.of());
    }

    static ColumnMapping mapping(String label, Map<String, String> fields, Map<String, String> types) {
        return new ColumnMapping(
                Optional.empty(),
                Optional.of(label),
                Optional.empty(),
                "/",
                List.of(),
                Optional.empty(),
                Optional.empty(),
                fields,
                types);
    }

    static ColumnMapping path(String path, String separator, Map<String, String> fields) {
        return new ColumnMapping(
                Optional.empty(),
                Optional.empty(),
                Optional.of(path),
                separator,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                fields,
                Map.of());
    }

    static ColumnMapping levels(List<String> levels, Map<String, String> fields) {
        return new ColumnMapping(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "/",
                levels,
                Optional.empty(),
                Optional.empty(),
                fields,
                Map.of());
    }
}
