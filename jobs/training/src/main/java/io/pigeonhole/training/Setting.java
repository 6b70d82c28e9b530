package io.pigeonhole.training;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What trainings of the same passes may differ in.
 *
 * @param regParam penalty on the mean loss
 * @param elasticNet share of L1 in it
 * @param classWeight how rows are weighted by class: none, balanced or given
 * @param classWeights the weights of {@code given}; 1 where a class has none
 */
public record Setting(double regParam, double elasticNet, String classWeight, Map<String, Double> classWeights) {

    public Setting {
        classWeights = new TreeMap<>(classWeights);
        if (!(elasticNet >= 0 && elasticNet <= 1)) {
            throw new IllegalArgumentException("elasticNet must be from 0 to 1, not " + elasticNet);
        }
        if (!List.of("none", "balanced", "given").contains(classWeight)) {
            throw new IllegalArgumentException("classWeight must be none, balanced or given, not " + classWeight);
        }
    }

    /** Factor on the weight of each row, by class; as in scikit-learn where it is balanced. */
    double[] factors(List<String> labels, double[] weightByClass) {
        double[] factors = new double[labels.size()];
        double total = Arrays.stream(weightByClass).sum();
        Arrays.setAll(factors, k -> switch (classWeight) {
            case "balanced" -> weightByClass[k] > 0 ? total / (factors.length * weightByClass[k]) : 1;
            case "given" -> classWeights.getOrDefault(labels.get(k), 1.0);
            default -> 1;
        });
        return factors;
    }
}
