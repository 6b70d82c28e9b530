package io.pigeonhole.jobs.configuration;

import io.pigeonhole.evaluation.foreign.ForeignPredictions;
import io.pigeonhole.evaluation.foreign.PredictionColumns;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The reading of predictions made elsewhere, for {@code evaluate --predictions}.
 *
 * @param format format of a path; when absent, by its file extension, and Delta without a known one
 * @param options of Spark's reader
 * @param columns meaning of the columns
 * @param model model name in the evaluation tables, if no column contains it
 * @param version model version, likewise
 * @param split split, likewise
 */
public record PredictionsConfig(
        Optional<String> format,
        Map<String, String> options,
        PredictionColumns columns,
        String model,
        int version,
        String split) {

    public PredictionsConfig {
        options = Collections.unmodifiableMap(new TreeMap<>(options));
        if (model.isBlank() || split.isBlank()) {
            throw ConfigurationErrors.blankNames();
        }
    }

    /** Model, version and split of rows without columns for them. */
    public ForeignPredictions.Names names() {
        return new ForeignPredictions.Names(model, version, split);
    }

    /**
     * The reading of a location: a path if it contains a slash, a colon or a known file extension, otherwise a table of
     * the catalog.
     */
    public Reading reading(String location) {
        String ending =
                location.replaceAll("[?*/]+$", "").replaceAll("\\.gz$", "").replaceAll(".*\\.", "");
        Optional<String> known =
                Optional.of(ending.toLowerCase(Locale.ROOT)).filter(each -> each.matches("csv|json|parquet|orc"));
        boolean isPath = location.contains("/") || location.contains(":") || known.isPresent();
        String chosen = format.or(() -> known).orElse("delta");
        Map<String, String> given = new TreeMap<>(options);
        if (chosen.equals("csv")) {
            given.putIfAbsent("header", "true");
        }
        return isPath
                ? new Reading(
                        Optional.of(chosen),
                        given,
                        Optional.of(location),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())
                : new Reading(
                        format,
                        given,
                        Optional.empty(),
                        Optional.of(location),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
    }
}
