package io.pigeonhole.evaluation.decisions;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * The metrics whose intervals come from the bootstrap: each is one line over {@link Totals}, the same for the data and for
 * every replicate. Macro averages run over the union of the classes in labels and in predictions, an undefined rate
 * counts as 0, weights are supports: the conventions of scikit-learn with {@code zero_division=0}. A class that a
 * replicate happened not to draw is not part of that replicate's average.
 */
public enum BootstrapMetric {
    MACRO_PRECISION(t -> ratio(t.precision(), t.classes())),
    MACRO_RECALL(t -> ratio(t.recall(), t.classes())),
    MACRO_F1(t -> ratio(t.f1(), t.classes())),
    WEIGHTED_PRECISION(t -> ratio(t.weightedPrecision(), t.rows())),
    WEIGHTED_F1(t -> ratio(t.weightedF1(), t.rows())),
    /** Mean negative logarithm of the label's probability, clipped to 2^-52; a label never seen has probability 0. */
    LOG_LOSS(t -> ratio(t.loss(), t.rows())),
    /** Guo et al., "On calibration of modern neural networks", ICML 2017, equation 3. */
    EXPECTED_CALIBRATION_ERROR(t -> ratio(t.gap(), t.confident())),
    /** Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", 2004. */
    MCC(BootstrapMetric::matthews),
    /** Cohen, "A coefficient of agreement for nominal scales", 1960; absent where all rows are one and the same class. */
    COHEN_KAPPA(t ->
            ratio(t.rows() * t.correct() - t.labelsByPredictions(), t.rows() * t.rows() - t.labelsByPredictions())),
    /** Kiritchenko et al., "Learning and evaluation in the presence of class hierarchies", 2006; without the root. */
    HIERARCHICAL_PRECISION(t -> ratio(t.sharedNodes(), t.predictedNodes())),
    HIERARCHICAL_RECALL(t -> ratio(t.sharedNodes(), t.labelNodes())),
    HIERARCHICAL_F1(t -> ratio(2 * t.sharedNodes(), t.labelNodes() + t.predictedNodes())),
    /** Mean number of edges in the tree between the class of a row and the one it was mistaken for; of errors alone. */
    ERROR_DISTANCE(t -> t.labelNodes() == 0
            ? OptionalDouble.empty()
            : ratio(t.labelNodes() + t.predictedNodes() - 2 * t.sharedNodes(), t.rows() - t.correct()));

    /** Metrics that are the accuracy by another name, as every row has one label and one prediction. */
    public static final List<String> ACCURACIES =
            List.of("accuracy", "micro_precision", "micro_recall", "micro_f1", "weighted_recall");

    // the formulas capture nothing
    @SuppressWarnings("ImmutableEnumChecker")
    private final Function<Totals, OptionalDouble> formula;

    BootstrapMetric(Function<Totals, OptionalDouble> formula) {
        this.formula = formula;
    }

    /** The metric's name in the tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** No value is below this. */
    double least() {
        return this == MCC || this == COHEN_KAPPA ? -1 : 0;
    }

    /** No value is above this. */
    double most() {
        return this == LOG_LOSS || this == ERROR_DISTANCE ? Double.POSITIVE_INFINITY : 1;
    }

    /** Whether it averages over classes as if each had as many rows. */
    public boolean isMacro() {
        return this == MACRO_PRECISION || this == MACRO_RECALL || this == MACRO_F1;
    }

    /** Rows that it is about. */
    public long support(Totals totals) {
        return switch (this) {
            case EXPECTED_CALIBRATION_ERROR -> totals.confident();
            case ERROR_DISTANCE -> totals.rows() - totals.correct();
            default -> totals.rows();
        };
    }

    /** Empty where the metric is not defined. */
    public OptionalDouble of(Totals totals) {
        return formula.apply(totals);
    }

    private static OptionalDouble ratio(long numerator, long denominator) {
        return ratio((double) numerator, denominator);
    }

    private static OptionalDouble ratio(double numerator, long denominator) {
        return denominator == 0 ? OptionalDouble.empty() : OptionalDouble.of(numerator / (double) denominator);
    }

    /** 0, as in scikit-learn, where all labels or all predictions are one class. */
    private static OptionalDouble matthews(Totals t) {
        if (t.rows() == 0) {
            return OptionalDouble.empty();
        }
        long covariance = t.rows() * t.correct() - t.labelsByPredictions();
        long labels = t.rows() * t.rows() - t.labelsSquared();
        long predictions = t.rows() * t.rows() - t.predictionsSquared();
        double spread = Math.sqrt((double) labels) * Math.sqrt((double) predictions);
        return OptionalDouble.of(spread == 0 ? 0 : Math.max(-1, Math.min(1, (double) covariance / spread)));
    }
}
