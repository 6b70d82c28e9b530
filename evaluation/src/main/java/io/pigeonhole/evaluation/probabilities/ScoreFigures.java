package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.probabilities.ClassProbabilityMetric.Scan;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.settings.ThresholdSpec;
import io.pigeonhole.evaluation.statistics.Bootstrap;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.F1;
import io.pigeonhole.evaluation.statistics.Ranking;
import io.pigeonhole.evaluation.statistics.RankingIntervals;
import io.pigeonhole.evaluation.statistics.ReliabilityBin;
import io.pigeonhole.evaluation.statistics.ReliabilityDiagram;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Computes the figures of a class with their intervals: those of rankings in closed form if the bootstrap draws single
 * rows, and all others from the bootstrap.
 */
final class ScoreFigures {

    private final EvaluationSpec spec;
    private final boolean grouped;
    private final Wilson wilson;
    private final RankingIntervals intervals;
    private final Bootstrap bootstrap;

    /** @param grouped whether the bootstrap draws groups of rows */
    ScoreFigures(EvaluationSpec spec, boolean grouped) {
        this.spec = spec;
        this.grouped = grouped;
        this.wilson = Wilson.at(spec.confidenceLevel());
        this.intervals = new RankingIntervals(spec.confidenceLevel());
        this.bootstrap = new Bootstrap(spec.confidenceLevel());
    }

    EvaluationSpec spec() {
        return spec;
    }

    Wilson wilson() {
        return wilson;
    }

    /** Length of arrays with the data at index 0, followed by the replicates. */
    int length() {
        return spec.bootstrapReplicates() + 1;
    }

    /** Whether all probabilities that the rows leave out belong to the lowest bin. */
    boolean isCalibrated(ScoreScope scope, @Nullable String label) {
        return scope.floor(label) < 1.0 / spec.bins();
    }

    /** Empty where no bin has sufficient support. */
    Optional<ConfidenceScores> ofConfidence(
            ScoreScope scope, ReliabilityDiagram reliability, ScoreReplicates replicates) {
        OptionalDouble maximum = reliability.figures(spec.minimumSupport()).maximum();
        return maximum.isPresent()
                ? Optional.of(new ConfidenceScores(
                        scope.key(),
                        scope.confident(),
                        bootstrap.ofError(
                                maximum.getAsDouble(),
                                Bootstrap.replicates(length(), replicates::maximumCalibrationError),
                                Bootstrap.replicates(length(), replicates::maximumCalibrationErrorByChance))))
                : Optional.empty();
    }

    ClassProbabilityFigures ofClass(
            ScoreScope scope,
            String label,
            Ranking.Figures order,
            ReliabilityDiagram reliability,
            ScoreReplicates replicates) {
        Scan scan = new Scan(order, reliability.figures(spec.minimumSupport()), replicates);
        boolean calibrated = isCalibrated(scope, label);
        Map<ClassProbabilityMetric, Estimate> estimates = new EnumMap<>(ClassProbabilityMetric.class);
        for (ClassProbabilityMetric metric : ClassProbabilityMetric.values()) {
            OptionalDouble value = metric.value(scan);
            if (value.isPresent() && (calibrated || !metric.isBinned())) {
                estimates.put(metric, estimate(metric, value.getAsDouble(), scan));
            }
        }
        return new ClassProbabilityFigures(
                scope.key(), label, estimates, calibrated, order.unlisted(), scope.unlisted());
    }

    private Estimate estimate(ClassProbabilityMetric metric, double value, Scan scan) {
        Estimate closed = grouped ? null : metric.inClosedForm(intervals, value, scan);
        return closed != null ? closed : metric.fromBootstrap(bootstrap, value, scan.replicates());
    }

    private Estimate estimate(double value, IntFunction<OptionalDouble> replicate) {
        return bootstrap.estimate(value, length(), replicate);
    }

    List<EvaluationCalibration> bins(
            EvaluationKey key, @Nullable String label, String binning, List<ReliabilityBin> bins) {
        List<EvaluationCalibration> rows = new ArrayList<>();
        for (ReliabilityBin bin : bins) {
            boolean isNumbered = binning.equals(EvaluationCalibration.EQUAL_WIDTH);
            rows.add(new EvaluationCalibration(
                    key,
                    label,
                    binning,
                    isNumbered ? (int) Math.round(bin.low() * spec.bins()) : rows.size(),
                    bin.low(),
                    bin.high(),
                    bin.rows(),
                    bin.meanProbability(),
                    wilson.estimate(bin.positives(), bin.rows())));
        }
        return rows;
    }

    List<EvaluationThresholds> ofThresholds(
            ScoreScope scope, String label, Thresholds thresholds, ScoreReplicates replicates) {
        return thresholds.choices().stream()
                .map(choice -> ofThreshold(scope, label, thresholds.chosenFrom(), choice, replicates))
                .toList();
    }

    private EvaluationThresholds ofThreshold(
            ScoreScope scope, String label, long chosenFrom, Thresholds.Choice choice, ScoreReplicates replicates) {
        int[] tp = choice.truePositives(length());
        int[] fp = choice.falsePositives(length());
        int[] support = replicates.positives;
        int[] taken = new int[tp.length];
        for (int i = 0; i < taken.length; i++) {
            taken[i] = tp[i] + fp[i];
        }
        return new EvaluationThresholds(
                scope.key(),
                label,
                choice.spec.criterion(),
                choice.threshold(),
                choice.isReached(),
                chosenFrom,
                chosenFrom >= spec.minimumSupport(),
                support[0],
                tp[0],
                fp[0],
                taken[0] == 0 ? null : wilson.estimate(tp[0], taken[0]),
                support[0] == 0 ? null : wilson.estimate(tp[0], support[0]),
                support[0] + taken[0] == 0 ? null : F1.estimate(support, taken, tp, bootstrap, wilson),
                choice.spec
                        .costs(label)
                        .map(costs -> cost(costs, tp, fp, replicates))
                        .orElse(null));
    }

    private Estimate cost(ThresholdSpec.Costs costs, int[] tp, int[] fp, ScoreReplicates replicates) {
        IntFunction<OptionalDouble> mean = i -> replicates.rows(i) == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(costs.sum(fp[i], replicates.positives[i] - tp[i]) / replicates.rows(i));
        return estimate(mean.apply(0).orElseThrow(), mean);
    }
}
