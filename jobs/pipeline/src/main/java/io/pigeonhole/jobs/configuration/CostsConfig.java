package io.pigeonhole.jobs.configuration;

import io.pigeonhole.evaluation.means.Costs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The costs of errors.
 *
 * @param falsePositive cost of deciding for a wrong class, for classes without their own cost
 * @param falseNegative cost of missing the true class, for classes without their own cost
 * @param classes these two costs by class
 * @param pairs costs of single decisions, which replace the costs by class
 * @param table table with further costs, with rows of {@code label, false_positive, false_negative} or of {@code label,
 *     predicted, cost}; these replace the configured costs of the same class or pair
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

    /** Whether any class or pair has its own cost; if none has, costs add no information to counts of errors. */
    public boolean areGiven() {
        return !classes.isEmpty() || !pairs.isEmpty() || table.isPresent();
    }
}
