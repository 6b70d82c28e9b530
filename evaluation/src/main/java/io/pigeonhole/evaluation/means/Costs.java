package io.pigeonhole.evaluation.means;

import io.pigeonhole.evaluation.settings.EvaluationErrors;
import io.pigeonhole.transforms.PipelineException;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The costs of decisions. An error costs the false negative of the true class plus the false positive of the predicted
 * one; a correct decision costs nothing. Single pairs of classes, correct ones included, may have their own cost
 * instead: a sparse cost matrix.
 */
public final class Costs implements Serializable {

    private static final long serialVersionUID = 1L;

    private final OfClass others;
    private final TreeMap<String, OfClass> classes = new TreeMap<>();
    /** By true class and predicted class. */
    private final TreeMap<String, TreeMap<String, Double>> pairs = new TreeMap<>();

    /**
     * What errors about one class cost.
     *
     * @param falsePositive cost when it is predicted and another class is true
     * @param falseNegative cost when it is true and another class is predicted
     */
    public record OfClass(double falsePositive, double falseNegative) implements Serializable {

        public OfClass {
            requireCost("false_positive", falsePositive);
            requireCost("false_negative", falseNegative);
        }
    }

    /**
     * What one pair of classes costs.
     *
     * @param label the true class
     * @param predicted the predicted class
     */
    public record Pair(String label, String predicted, double cost) implements Serializable {

        public Pair {
            requireCost("cost", cost);
        }
    }

    private static void requireCost(String name, double cost) {
        if (!(cost >= 0 && cost < Double.POSITIVE_INFINITY)) {
            throw EvaluationErrors.badSetting(
                    name, cost, "a cost is a number from 0 on", "Give losses as costs; gains cost 0");
        }
    }

    /**
     * Costs of errors.
     *
     * @param others of the classes that are not listed
     */
    public Costs(OfClass others, Map<String, OfClass> classes, Collection<Pair> pairs) {
        this.others = others;
        this.classes.putAll(classes);
        for (Pair pair : pairs) {
            Double known = this.pairs
                    .computeIfAbsent(pair.label(), label -> new TreeMap<>())
                    .putIfAbsent(pair.predicted(), pair.cost());
            if (known != null) {
                throw EvaluationErrors.badSetting(
                        "costs",
                        "of '" + pair.predicted() + "' instead of '" + pair.label() + "'",
                        "this pair has two, " + known + " and " + pair.cost(),
                        "Keep one of them");
            }
        }
    }

    /** The cost of predicting a class where another class, or the same, is true. */
    public double of(String label, String predicted) {
        Double own = pairs.getOrDefault(label, new TreeMap<>()).get(predicted);
        if (own != null) {
            return own;
        }
        return label.equals(predicted)
                ? 0
                : ofClass(label).falseNegative() + ofClass(predicted).falsePositive();
    }

    OfClass ofClass(String label) {
        return classes.getOrDefault(label, others);
    }

    List<Pair> pairs() {
        return pairs.entrySet().stream()
                .flatMap(label -> label.getValue().entrySet().stream()
                        .map(predicted -> new Pair(label.getKey(), predicted.getKey(), predicted.getValue())))
                .toList();
    }

    /** The largest cost of any decision. */
    double largest() {
        double falsePositive = others.falsePositive();
        double falseNegative = others.falseNegative();
        for (OfClass each : classes.values()) {
            falsePositive = Math.max(falsePositive, each.falsePositive());
            falseNegative = Math.max(falseNegative, each.falseNegative());
        }
        return pairs().stream().mapToDouble(Pair::cost).reduce(falsePositive + falseNegative, Math::max);
    }

    /**
     * Checks that the classes with a cost of their own exist.
     *
     * @throws PipelineException (data contract) naming those that do not
     */
    public void requireKnown(Collection<String> labels) {
        TreeSet<String> unknown = new TreeSet<>(classes.keySet());
        pairs().forEach(pair -> {
            unknown.add(pair.label());
            unknown.add(pair.predicted());
        });
        unknown.removeAll(labels);
        if (!unknown.isEmpty()) {
            throw EvaluationErrors.unknownCosts(unknown);
        }
    }
}
