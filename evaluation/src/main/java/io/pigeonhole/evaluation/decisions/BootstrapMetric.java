package io.pigeonhole.evaluation.decisions;

import io.pigeonhole.evaluation.decisions.ScopeReplicates.ClassSum;
import io.pigeonhole.evaluation.statistics.Bootstrap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The metrics whose intervals come from the bootstrap: each is one line over {@link Totals}, the same for the data and
 * for every replicate, with the scale of its values and what it is a mean of. Macro averages run over the union of the
 * classes in labels and in predictions, an undefined rate counts as 0, and weights are supports: the conventions of
 * scikit-learn with {@code zero_division=0}. A class of which a replicate draws no row is not part of that replicate's
 * average.
 */
public enum BootstrapMetric {
    MACRO_PRECISION(Scale.SHARE, Basis.CLASSES, t -> ratio(t.precision(), t.classes())),
    MACRO_RECALL(Scale.SHARE, Basis.CLASSES, t -> ratio(t.recall(), t.classes())),
    MACRO_F1(Scale.SHARE, Basis.CLASSES, t -> ratio(t.f1(), t.classes())),
    WEIGHTED_PRECISION(Scale.SHARE, Basis.ROWS, t -> ratio(t.weightedPrecision(), t.rows())),
    WEIGHTED_F1(Scale.SHARE, Basis.ROWS, t -> ratio(t.weightedF1(), t.rows())),
    /** Mean negative logarithm of the label's probability, clipped to 2^-52; a label never seen has probability 0. */
    LOG_LOSS(Scale.LOSS, Basis.SCORED_ROWS, t -> ratio(t.loss(), t.rows())),
    /** Guo et al., "On calibration of modern neural networks", ICML 2017, equation 3. */
    EXPECTED_CALIBRATION_ERROR(Scale.ERROR, Basis.CONFIDENT_ROWS, t -> ratio(t.gap(), t.confident())),
    /** Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", 2004. */
    MCC(Scale.CORRELATION, Basis.ROWS, BootstrapMetric::matthews),
    /** Cohen, "A coefficient of agreement for nominal scales", 1960; absent where all rows are one and the same class. */
    COHEN_KAPPA(
            Scale.CORRELATION,
            Basis.ROWS,
            t -> ratio(
                    t.rows() * t.correct() - t.labelsByPredictions(), t.rows() * t.rows() - t.labelsByPredictions())),
    /** Kiritchenko et al., "Learning and evaluation in the presence of class hierarchies", 2006; without the root. */
    HIERARCHICAL_PRECISION(Scale.SHARE, Basis.ROWS, t -> ratio(t.sharedNodes(), t.predictedNodes())),
    HIERARCHICAL_RECALL(Scale.SHARE, Basis.ROWS, t -> ratio(t.sharedNodes(), t.labelNodes())),
    HIERARCHICAL_F1(Scale.SHARE, Basis.ROWS, t -> ratio(2 * t.sharedNodes(), t.labelNodes() + t.predictedNodes())),
    /** Mean number of edges in the tree between the true and the predicted class, over errors only. */
    ERROR_DISTANCE(
            Scale.LOSS,
            Basis.ERRORS,
            t -> t.labelNodes() == 0
                    ? OptionalDouble.empty()
                    : ratio(t.labelNodes() + t.predictedNodes() - 2 * t.sharedNodes(), t.rows() - t.correct()));

    /** The bounds of the values, and whether larger values are better. */
    private enum Scale {
        SHARE(0, 1, true),
        CORRELATION(-1, 1, true),
        ERROR(0, 1, false),
        LOSS(0, Double.POSITIVE_INFINITY, false);

        private final double least;
        private final double most;
        private final boolean moreIsBetter;

        Scale(double least, double most, boolean moreIsBetter) {
            this.least = least;
            this.most = most;
            this.moreIsBetter = moreIsBetter;
        }
    }

    /** What a metric is a mean of. */
    private enum Basis {
        ROWS,
        /**
         * Classes, all with equal weight; values on different examples are comparable only if the same classes occur.
         */
        CLASSES,
        /** Rows, all of which must have the probability of their label. */
        SCORED_ROWS,
        /** Rows with a confidence, in bins: the value tends to be smaller the more rows there are. */
        CONFIDENT_ROWS,
        /** Misclassified rows. */
        ERRORS
    }

    /** Names of metrics that equal the accuracy, as every row has one label and one prediction. */
    public static final List<String> ACCURACIES =
            List.of("accuracy", "micro_precision", "micro_recall", "micro_f1", "weighted_recall");

    private final Scale scale;
    private final Basis basis;

    // the formulas capture nothing
    @SuppressWarnings("ImmutableEnumChecker")
    private final Function<Totals, OptionalDouble> formula;

    BootstrapMetric(Scale scale, Basis basis, Function<Totals, OptionalDouble> formula) {
        this.scale = scale;
        this.basis = basis;
        this.formula = formula;
    }

    /** The metric of this name in the tables; empty where there is none. */
    public static Optional<BootstrapMetric> named(String label) {
        return Stream.of(values())
                .filter(metric -> metric.label().equals(label))
                .findFirst();
    }

    /** The metric's name in the tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** No value is below this. */
    double least() {
        return scale.least;
    }

    /** No value is above this. */
    double most() {
        return scale.most;
    }

    public boolean moreIsBetter() {
        return scale.moreIsBetter;
    }

    /** Whether the rows of the scope have all that the metric needs. */
    public boolean isKnown(ScopeReplicates scope) {
        return basis != Basis.SCORED_ROWS || scope.scored == scope.sum(ClassSum.ROWS)[0];
    }

    /** Whether the metric is an error of calibration, see {@link Bootstrap#ofError}. */
    public boolean isCalibrationError() {
        return basis == Basis.CONFIDENT_ROWS;
    }

    /**
     * Whether values on different examples can be compared; they cannot where they depend on the number of examples.
     *
     * @param sameClasses whether the same classes occur among them
     */
    public boolean isComparable(boolean sameClasses) {
        return basis != Basis.CONFIDENT_ROWS && (sameClasses || basis != Basis.CLASSES);
    }

    /** The rows behind the metric. */
    public long support(Totals totals) {
        return switch (basis) {
            case CONFIDENT_ROWS -> totals.confident();
            case ERRORS -> totals.rows() - totals.correct();
            case ROWS, CLASSES, SCORED_ROWS -> totals.rows();
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
