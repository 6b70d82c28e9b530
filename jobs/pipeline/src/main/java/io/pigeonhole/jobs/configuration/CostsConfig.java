package io.pigeonhole.jobs.configuration;

import io.pigeonhole.evaluation.means.Costs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What errors cost.
 *
 * @param falsePositive cost of deciding for a class that is not the true one, for classes without one of their own
 * @param falseNegative cost of missing a class that is, likewise
 * @param classes these two by class
 * @param pairs costs of single decisions, instead
 * @param table where more of either is read from: rows of {@code label, false_positive, false_negative}, or of {@code
 *     label, predicted, cost}; they replace what stands here for the same class or pair
 */
public record CostsConfig(
        double falsePositive,
        double falseNegative,
        Map<String, Costs.OfClass> classes,
        List<Costs.Pair> pairs,
        Optional<Reading> table) {

    public CostsConfig {
        classes = new TreeMap<>(classes);
        new Costs(new Costs.OfClass(falsePositive, falseNegative), classes, pairs);
    }

    /** Whether any class or pair has a cost of its own; if none has, there is nothing that counts of errors do not say. */
    public boolean areGiven() {
        return !classes.isEmpty() || !pairs.isEmpty() || table.isPresent();
    }
}
