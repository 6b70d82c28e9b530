package io.pigeonhole.jobs.configuration;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rows to score that are not in the store, in one of three forms: a source of their own ({@code read} and {@code
 * columns}), the files of a source of the configuration at another place ({@code like} and a path or table), or a table
 * with the columns of {@code examples} (the keys of a reading alone).
 *
 * @param like name of a source whose format, options, query and columns are reused, where they are not given here
 */
public record ExamplesToScore(
        Optional<String> like,
        Optional<Reading> read,
        Optional<ColumnMapping> columns,
        Optional<String> format,
        Map<String, String> options,
        Optional<String> path,
        Optional<String> table,
        Optional<String> query,
        Optional<Long> version,
        Optional<String> timestamp) {

    /** Name of the source in tables. */
    public static final String NAME = "score.examples";

    public ExamplesToScore {
        options = Map.copyOf(options);
        boolean isPlain = format.isPresent()
                || !options.isEmpty()
                || path.isPresent()
                || table.isPresent()
                || query.isPresent()
                || version.isPresent()
                || timestamp.isPresent();
        if (read.isPresent() && (isPlain || like.isPresent() || columns.isEmpty())) {
            throw ConfigurationErrors.mixedExamples();
        }
        if (columns.isPresent() && read.isEmpty() && like.isEmpty()) {
            throw ConfigurationErrors.mixedExamples();
        }
    }

    /** The rows as a source; empty if they are a table with the columns of {@code examples}. */
    public Optional<SourceConfig.Spark> source(List<SourceConfig> sources) {
        if (read.isPresent()) {
            return Optional.of(new SourceConfig.Spark(NAME, read.get(), columns.orElseThrow(), false));
        }
        return like.map(name -> {
            SourceConfig.Spark model = model(name, sources);
            return new SourceConfig.Spark(
                    NAME, reading(Optional.of(model.read())), columns.orElse(model.columns()), false);
        });
    }

    private static SourceConfig.Spark model(String name, List<SourceConfig> sources) {
        return sources.stream()
                .filter(source -> source.name().equals(name))
                .findFirst()
                .filter(SourceConfig.Spark.class::isInstance)
                .map(SourceConfig.Spark.class::cast)
                .orElseThrow(() -> ConfigurationErrors.nothingLike(
                        name, sources.stream().map(SourceConfig::name).toList()));
    }

    /** What is read. */
    public Reading reading(List<SourceConfig> sources) {
        return source(sources).map(SourceConfig.Spark::read).orElseGet(() -> reading(Optional.empty()));
    }

    private Reading reading(Optional<Reading> model) {
        return new Reading(
                format.or(() -> model.flatMap(Reading::format)),
                options.isEmpty() ? model.map(Reading::options).orElse(Map.of()) : options,
                path,
                table,
                query.or(() -> model.flatMap(Reading::query)),
                version,
                timestamp);
    }
}
