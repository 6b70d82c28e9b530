package io.pigeonhole.evaluation.settings;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the threshold of a class is chosen for, one class against the rest: a row is taken to be of the class when its
 * probability is at least the threshold. Among thresholds that are equally good it is the highest.
 */
public sealed interface ThresholdSpec extends Serializable {

    /** What the table calls it. */
    String criterion();

    /**
     * How good a threshold is: the higher the better; empty where it does not do at all.
     *
     * @param label the class
     * @param tp rows of the class from the threshold on; 0 together with {@code fp} for no threshold at all
     * @param fp other rows from the threshold on
     * @param positives rows of the class
     */
    OptionalDouble merit(String label, long tp, long fp, long positives);

    /** What errors cost, where the threshold is chosen for that. */
    default Optional<Costs> costs(String label) {
        return Optional.empty();
    }

    /** The highest F1. */
    record F1() implements ThresholdSpec {
        @Override
        public String criterion() {
            return "f1";
        }

        @Override
        public OptionalDouble merit(String label, long tp, long fp, long positives) {
            return tp == 0 ? OptionalDouble.empty() : OptionalDouble.of(2.0 * tp / (tp + fp + positives));
        }
    }

    /**
     * The highest recall where precision reaches a target.
     *
     * @param atLeast the target
     */
    record Precision(double atLeast) implements ThresholdSpec {
        public Precision {
            checkTarget("precision", atLeast);
        }

        @Override
        public String criterion() {
            return "precision >= " + text(atLeast);
        }

        @Override
        public OptionalDouble merit(String label, long tp, long fp, long positives) {
            boolean reached = tp > 0 && (double) tp / (tp + fp) >= atLeast;
            return reached ? OptionalDouble.of((double) tp / positives) : OptionalDouble.empty();
        }
    }

    /**
     * The highest precision where recall reaches a target.
     *
     * @param atLeast the target
     */
    record Recall(double atLeast) implements ThresholdSpec {
        public Recall {
            checkTarget("recall", atLeast);
        }

        @Override
        public String criterion() {
            return "recall >= " + text(atLeast);
        }

        @Override
        public OptionalDouble merit(String label, long tp, long fp, long positives) {
            boolean reached = tp > 0 && (double) tp / positives >= atLeast;
            return reached ? OptionalDouble.of((double) tp / (tp + fp)) : OptionalDouble.empty();
        }
    }

    /**
     * The least expected cost; that may be to take no row at all to be of the class.
     *
     * @param falsePositive cost of taking another row to be of the class
     * @param falseNegative cost of not taking a row of the class to be of it
     * @param classes costs of those classes that differ
     */
    record Cost(double falsePositive, double falseNegative, Map<String, Costs> classes) implements ThresholdSpec {
        public Cost {
            Costs.check(falsePositive, falseNegative);
            // serialisable, and in a fixed order
            classes = Collections.unmodifiableMap(new TreeMap<>(classes));
        }

        @Override
        public String criterion() {
            return "cost " + text(falsePositive) + " : " + text(falseNegative);
        }

        @Override
        public OptionalDouble merit(String label, long tp, long fp, long positives) {
            return OptionalDouble.of(-of(label).sum(fp, positives - tp));
        }

        @Override
        public Optional<Costs> costs(String label) {
            return Optional.of(of(label));
        }

        private Costs of(String label) {
            return classes.getOrDefault(label, new Costs(falsePositive, falseNegative));
        }
    }

    /** What errors about a class cost. */
    record Costs(double falsePositive, double falseNegative) implements Serializable {
        public Costs {
            check(falsePositive, falseNegative);
        }

        private static void check(double falsePositive, double falseNegative) {
            if (!(falsePositive >= 0
                    && falseNegative >= 0
                    && falsePositive + falseNegative < Double.POSITIVE_INFINITY)) {
                throw EvaluationErrors.badSetting(
                        "costs of a threshold",
                        falsePositive + " : " + falseNegative,
                        "costs are finite and not negative",
                        "Give false_positive and false_negative in one unit");
            }
        }

        public double sum(long falsePositives, long falseNegatives) {
            return falsePositives * falsePositive + falseNegatives * falseNegative;
        }
    }

    /** Holds the thresholds of one evaluation against each other. */
    static void check(List<ThresholdSpec> thresholds) {
        Set<String> names = new HashSet<>();
        for (ThresholdSpec threshold : thresholds) {
            if (!names.add(threshold.criterion())) {
                throw EvaluationErrors.badSetting(
                        "threshold",
                        "'" + threshold.criterion() + "'",
                        "it is asked for twice",
                        "Leave one of the two out");
            }
        }
    }

    private static void checkTarget(String figure, double target) {
        if (!(target > 0 && target <= 1)) {
            throw EvaluationErrors.badSetting(
                    "threshold", figure + " >= " + target, "a target is above 0 and at most 1", "0.9 is a common one");
        }
    }

    private static String text(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }
}
