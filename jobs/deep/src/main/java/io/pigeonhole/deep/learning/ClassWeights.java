package io.pigeonhole.deep.learning;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Factors on the weights of the rows of each class.
 *
 * @param kind {@code none}, {@code balanced} (a row of class k counts {@code rows / (classes * rows of k)} times) or
 *     {@code given}
 * @param given the factors where they are given, by class; 1 where a class has none
 */
public record ClassWeights(String kind, Map<String, Double> given) implements Serializable {

    public ClassWeights {
        if (!kind.equals("none") && !kind.equals("balanced") && !kind.equals("given")) {
            throw new IllegalArgumentException("class weights must be none, balanced or given, not " + kind);
        }
        given = Collections.unmodifiableMap(new TreeMap<>(given));
    }

    /** The factors that differ from 1, by the number of rows of each class. */
    public Map<String, Double> factors(Map<String, Long> counts) {
        return switch (kind) {
            case "balanced" -> balanced(counts);
            case "given" -> given;
            default -> Map.of();
        };
    }

    private static Map<String, Double> balanced(Map<String, Long> counts) {
        long rows = counts.values().stream().mapToLong(Long::longValue).sum();
        TreeMap<String, Double> factors = new TreeMap<>();
        counts.forEach((label, count) -> factors.put(label, (double) rows / counts.size() / count));
        return factors;
    }
}
