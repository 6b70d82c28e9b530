package io.pigeonhole.jobs.configuration;

import io.pigeonhole.evaluation.foreign.ForeignPredictions;
import io.pigeonhole.evaluation.foreign.PredictionColumns;
import io.pigeonhole.transforms.PipelineException;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How predictions that were made elsewhere are read, for {@code evaluate --predictions}.
 *
 * @param format of a path; by its ending when absent, and Delta where that says nothing
 * @param options of Spark's reader
 * @param columns which columns hold what
 * @param model name under which the figures stand, where no column names the model
 * @param version the same for its version
 * @param split the same for the split
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
            throw PipelineException.configuration("model and split must not be blank; the figures stand under them");
        }
    }

    /** What all rows have where no column says it. */
    public ForeignPredictions.Names names() {
        return new ForeignPredictions.Names(model, version, split);
    }

    /** The reading of a path, which has a slash, a colon or an ending, or of a table of the catalog. */
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
