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
 * The criterion by which the threshold of a class is chosen, one class against the rest: a row is predicted to be of
 * the class if its probability is at least the threshold. Of equally good thresholds, the highest is chosen.
 */
public sealed interface ThresholdSpec extends Serializable {

    /** The name of the criterion in the table. */
    String criterion();

    /**
     * The quality of a threshold, the higher the better; empty if it does not meet the criterion.
     *
     * @param label the class
     * @param tp rows of the class from the threshold on; 0 together with {@code fp} for no threshold at all
     * @param fp other rows from the threshold on
     * @param positives rows of the class
     */
    OptionalDouble merit(String label, long tp, long fp, long positives);

    /** The costs of errors, if the threshold is chosen by cost. */
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
     * The least expected cost; the best choice may be to predict no row to be of the class.
     *
     * @param falsePositive cost of predicting another row to be of the class
     * @param falseNegative cost of not predicting a row of the class to be of it
     * @param classes costs of the classes with other costs
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

    /** The costs of errors of a class. */
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

    /** Checks that the thresholds of one evaluation fit together. */
    static void check(List<ThresholdSpec> thresholds) {
        Set<String> names = new HashSet<>();
        for (ThresholdSpec threshold : thresholds) {
            if (!names.add(threshold.criterion())) {
                throw EvaluationErrors.badSetting(
                        "threshold", "'" + threshold.criterion() + "'", "it occurs twice", "Leave one of the two out");
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
