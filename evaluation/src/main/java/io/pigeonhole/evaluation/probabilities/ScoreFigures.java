package io.pigeonhole.evaluation.probabilities;

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
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The figures of the scores of a class with their intervals: those of rankings in closed form, as long as rows are drawn one
 * by one, and all others from the bootstrap.
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

    /** Length of everything that has the data at index 0 and the replicates behind. */
    int length() {
        return spec.bootstrapReplicates() + 1;
    }

    /** Whether what the rows leave out is too little to leave the lowest bin. */
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
                        estimate(maximum.getAsDouble(), replicates::maximumCalibrationError)))
                : Optional.empty();
    }

    ClassScores ofClass(
            ScoreScope scope,
            String label,
            Ranking.Figures order,
            ReliabilityDiagram reliability,
            ScoreReplicates replicates) {
        ReliabilityDiagram.Figures figures = reliability.figures(spec.minimumSupport());
        return new ClassScores(
                scope.key(),
                label,
                area(order, replicates),
                precision(order, replicates),
                estimate(figures.brier(), replicates::brier),
                isCalibrated(scope, label) ? calibration(figures, replicates) : null,
                order.unlisted(),
                scope.unlisted());
    }

    private @Nullable Estimate area(Ranking.Figures order, ScoreReplicates replicates) {
        Double area = order.area();
        if (area == null || grouped) {
            return area == null ? null : estimate(area, replicates::area);
        }
        return intervals.area(area, order.variance(), replicates.positives[0], replicates.negatives[0]);
    }

    private @Nullable Estimate precision(Ranking.Figures order, ScoreReplicates replicates) {
        Double precision = order.averagePrecision();
        if (precision == null || grouped) {
            return precision == null ? null : estimate(precision, replicates::averagePrecision);
        }
        return intervals.averagePrecision(precision, replicates.positives[0]);
    }

    private Calibration calibration(ReliabilityDiagram.Figures figures, ScoreReplicates replicates) {
        return new Calibration(
                estimate(figures.calibrationError(), replicates::calibrationError),
                estimate(figures.reliability(), replicates::reliability),
                estimate(figures.resolution(), replicates::resolution),
                estimate(figures.uncertainty(), replicates::uncertainty));
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
