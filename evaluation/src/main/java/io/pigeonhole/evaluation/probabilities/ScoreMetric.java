package io.pigeonhole.evaluation.probabilities;

import static io.pigeonhole.evaluation.probabilities.ClassProbabilityMetric.AVERAGE_PRECISION;
import static io.pigeonhole.evaluation.probabilities.ClassProbabilityMetric.CALIBRATION_ERROR;
import static io.pigeonhole.evaluation.probabilities.ClassProbabilityMetric.ROC_AUC;

import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.Bootstrap;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.IntervalMethod;
import io.pigeonhole.evaluation.statistics.ReliabilityDiagram;
import io.pigeonhole.evaluation.tables.EvaluationSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of the probabilities of all classes together: each is one line over {@link ScoreSums}, the same for the data
 * and for every replicate. Ranking metrics are averages over the classes for which they are defined, one class against the
 * rest; weights are supports.
 */
enum ScoreMetric {
    MACRO_ROC_AUC(false, (s, i) -> ratio(s.sum(ROC_AUC, i), s.defined(ROC_AUC, i))),
    WEIGHTED_ROC_AUC(false, (s, i) -> ratio(s.weighted(ROC_AUC, i), s.share(ROC_AUC, i))),
    MACRO_AVERAGE_PRECISION(false, (s, i) -> ratio(s.sum(AVERAGE_PRECISION, i), s.defined(AVERAGE_PRECISION, i))),
    WEIGHTED_AVERAGE_PRECISION(
            false, (s, i) -> ratio(s.weighted(AVERAGE_PRECISION, i), s.defined(AVERAGE_PRECISION, i) > 0 ? 1 : 0)),
    /** G. W. Brier, "Verification of forecasts expressed in terms of probability", 1950: summed over classes, up to 2. */
    BRIER(false, (s, i) -> OptionalDouble.of(s.sum(ClassProbabilityMetric.BRIER, i))),
    /** The parts of the Brier score, see {@link ReliabilityDiagram}, each summed over classes. */
    BRIER_RELIABILITY(
            (s, i) -> OptionalDouble.of(s.sum(ClassProbabilityMetric.BRIER_RELIABILITY, i)),
            (s, i) -> OptionalDouble.of(s.chance(ClassProbabilityMetric.BRIER_RELIABILITY, i))),
    BRIER_RESOLUTION(
            true,
            (s, i) -> OptionalDouble.of(s.sum(ClassProbabilityMetric.BRIER_RELIABILITY, i)
                    + s.sum(ClassProbabilityMetric.BRIER_UNCERTAINTY, i)
                    - s.sum(ClassProbabilityMetric.BRIER, i))),
    BRIER_UNCERTAINTY(true, (s, i) -> OptionalDouble.of(s.sum(ClassProbabilityMetric.BRIER_UNCERTAINTY, i))),
    /** M. Kull et al., "Beyond temperature scaling", NeurIPS 2019: the mean of the classes' calibration errors. */
    CLASSWISE_CALIBRATION_ERROR(
            (s, i) -> ratio(s.sum(CALIBRATION_ERROR, i), s.classes()),
            (s, i) -> ratio(s.chance(CALIBRATION_ERROR, i), s.classes()));

    private final boolean binned;

    // the formulas capture nothing
    @SuppressWarnings("ImmutableEnumChecker")
    private final Formula formula;

    @SuppressWarnings("ImmutableEnumChecker")
    private final @Nullable Formula chance;

    private interface Formula {
        OptionalDouble of(ScoreSums sums, int index);
    }

    ScoreMetric(boolean binned, Formula formula) {
        this.binned = binned;
        this.formula = formula;
        this.chance = null;
    }

    /** An error of bins; {@code chance} is what it would be if no bin had a gap in the data. */
    ScoreMetric(Formula formula, Formula chance) {
        this.binned = true;
        this.formula = formula;
        this.chance = chance;
    }

    /** The rows of all metrics that are defined in a scope. */
    static List<EvaluationSummary> summary(ScoreSums sums, EvaluationSpec spec) {
        if (sums.isEmpty()) {
            return List.of();
        }
        Bootstrap bootstrap = new Bootstrap(spec.confidenceLevel());
        List<EvaluationSummary> summary = new ArrayList<>();
        for (ScoreMetric metric : values()) {
            OptionalDouble value = metric.formula.of(sums, 0);
            if (value.isPresent() && (sums.isCalibrated() || !metric.binned)) {
                summary.add(new EvaluationSummary(
                        sums.key(),
                        metric.name().toLowerCase(Locale.ROOT),
                        metric.estimate(value.getAsDouble(), sums, bootstrap),
                        sums.rows(),
                        metric.method(),
                        sums.rows() >= spec.minimumSupport()));
            }
        }
        return summary;
    }

    private IntervalMethod method() {
        return chance != null || this == BRIER_RESOLUTION ? IntervalMethod.BIAS_CORRECTED : IntervalMethod.BOOTSTRAP;
    }

    private Estimate estimate(double value, ScoreSums sums, Bootstrap bootstrap) {
        double[] replicates = Bootstrap.replicates(sums.length(), i -> formula.of(sums, i));
        if (chance != null) {
            Formula byChance = chance;
            return bootstrap.ofError(value, replicates, Bootstrap.replicates(sums.length(), i -> byChance.of(sums, i)));
        }
        return this == BRIER_RESOLUTION
                ? bootstrap.corrected(value, replicates)
                : bootstrap.estimate(value, replicates, replicates.length);
    }

    private static OptionalDouble ratio(double numerator, long denominator) {
        return ratio(numerator, (double) denominator);
    }

    private static OptionalDouble ratio(double numerator, double denominator) {
        // a mean of rates, which rounding may have carried above 1
        return denominator == 0 ? OptionalDouble.empty() : OptionalDouble.of(Math.min(1, numerator / denominator));
    }
}
