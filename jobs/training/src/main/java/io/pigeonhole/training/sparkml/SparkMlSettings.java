package io.pigeonhole.training.sparkml;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is to be trained.
 *
 * @param classifier name of the class of an estimator of Spark ML
 * @param params its parameters, by name
 * @param classWeight how rows are weighted by class: none, balanced or given
 * @param classWeights the weights of {@code given}, by label; 1 where a class has none
 * @param partitions partitions of the rows; 0 for a number that follows from the parameters and the number of rows
 * @param seed seed of the classifier, if its parameters have none
 */
public record SparkMlSettings(
        String classifier,
        Map<String, ParameterValue> params,
        String classWeight,
        Map<String, Double> classWeights,
        int partitions,
        long seed) {

    public SparkMlSettings {
        params = Collections.unmodifiableMap(new TreeMap<>(params));
        classWeights = Collections.unmodifiableMap(new TreeMap<>(classWeights));
        if (!List.of("none", "balanced", "given").contains(classWeight)) {
            throw new IllegalArgumentException("classWeight must be none, balanced or given, not " + classWeight);
        }
        if (partitions < 0) {
            throw new IllegalArgumentException("partitions must be 0 or more, not " + partitions);
        }
    }

    /** The settings without weights of classes. */
    public static SparkMlSettings of(String classifier, Map<String, ParameterValue> params, long seed) {
        return new SparkMlSettings(classifier, params, "none", Map.of(), 0, seed);
    }

    /** The factor on the weights of the rows of each class; as in scikit-learn where it is balanced. */
    Map<String, Double> factors(ClassTotals totals) {
        Map<String, Double> factors = new TreeMap<>();
        for (ClassTotals.OfClass each : totals.classes()) {
            factors.put(
                    each.label(),
                    switch (classWeight) {
                        case "balanced" -> totals.weight() / (totals.classes().size() * each.weight());
                        case "given" -> classWeights.getOrDefault(each.label(), 1.0);
                        default -> 1.0;
                    });
        }
        return factors;
    }
}
