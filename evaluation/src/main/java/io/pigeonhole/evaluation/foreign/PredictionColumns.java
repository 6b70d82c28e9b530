package io.pigeonhole.evaluation.foreign;

import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.settings.EvaluationErrors;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The mapping of a table of predictions from elsewhere. Example, prediction, confidence and probabilities that are not
 * mapped are looked up under the names that they have in {@link Predictions}; an empty name means that there is no such
 * column.
 *
 * @param id id of the example; without it, ids are made from the content of the rows
 * @param label true class; null where it is not known
 * @param predicted predicted class; the most probable one if absent
 * @param confidence probability of the predicted class; taken from the probabilities if absent
 * @param probabilities one column with all of them: an array in the order of {@code classes}, a map or a struct by
 *     class, or an array of structs {@code label, probability}
 * @param probabilityColumns instead, one column for each class
 * @param classes the classes in the order of an array of probabilities
 * @param model name of the model
 * @param version its version, a whole number
 * @param split split of the row
 * @param group value shared by rows that belong together; the bootstrap draws them together
 */
public record PredictionColumns(
        Optional<String> id,
        String label,
        Optional<String> predicted,
        Optional<String> confidence,
        Optional<String> probabilities,
        Map<String, String> probabilityColumns,
        List<String> classes,
        Optional<String> model,
        Optional<String> version,
        Optional<String> split,
        Optional<String> group) {

    public PredictionColumns {
        probabilityColumns = Collections.unmodifiableMap(new TreeMap<>(probabilityColumns));
        classes = List.copyOf(classes);
        if (probabilities.filter(name -> !name.isEmpty()).isPresent() && !probabilityColumns.isEmpty()) {
            throw EvaluationErrors.badMapping(
                    "the probabilities are mapped twice, as one column and as a column for each class",
                    "Keep one of probabilities and probability_columns");
        }
        if (classes.stream().distinct().count() < classes.size()) {
            throw EvaluationErrors.badMapping("classes lists a class twice: " + classes, "Name each of them once");
        }
    }

    /** The complete mapping for a table with these columns. */
    PredictionColumns in(List<String> table) {
        return new PredictionColumns(
                found(id, Predictions.EXAMPLE_ID, table),
                label,
                found(predicted, Predictions.PREDICTED, table),
                found(confidence, Predictions.CONFIDENCE, table),
                probabilityColumns.isEmpty()
                        ? found(probabilities, Predictions.PROBABILITIES, table)
                        : Optional.empty(),
                probabilityColumns,
                classes,
                model,
                version,
                split,
                group);
    }

    private static Optional<String> found(Optional<String> mapped, String name, List<String> table) {
        return mapped.or(() -> Optional.of(name).filter(table::contains)).filter(column -> !column.isEmpty());
    }

    /** The columns that the table must have. */
    public List<String> mapped() {
        return Stream.concat(
                        Stream.concat(Stream.of(label), probabilityColumns.values().stream()),
                        Stream.of(id, predicted, confidence, probabilities, model, version, split, group)
                                .flatMap(Optional::stream)
                                .filter(name -> !name.isEmpty()))
                .distinct()
                .toList();
    }

    boolean hasProbabilities() {
        return probabilities.isPresent() || !probabilityColumns.isEmpty();
    }
}
