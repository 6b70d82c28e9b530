package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.statistics.EqualMass;
import io.pigeonhole.evaluation.statistics.Ranking;
import io.pigeonhole.evaluation.statistics.ReliabilityBin;
import io.pigeonhole.evaluation.statistics.ReliabilityDiagram;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Accumulates the scores of one class in one scope, from the most probable row on: rows of equal probability form ties,
 * and every figure is computed from ties.
 */
final class ClassAccumulator {

    private final ScoreScope scope;
    private final @Nullable String label;
    private final ScoreFigures figures;
    private final int bins;
    private final double floor;
    private final ScoreReplicates replicates;
    private final Ranking ranking;
    private final ReliabilityDiagram reliability;
    private final @Nullable EqualMass mass;
    private final @Nullable CurvePoints curve;
    private final @Nullable Thresholds thresholds;
    private double current = Double.POSITIVE_INFINITY;
    private long tiedPositives;
    private long tiedNegatives;

    /**
     * @param label null for the decisions
     * @param replicates used for this class alone until it is complete
     * @param thresholds to be found or applied here; null for none
     */
    ClassAccumulator(
            ScoreScope scope,
            @Nullable String label,
            ScoreFigures figures,
            ScoreReplicates replicates,
            @Nullable Thresholds thresholds) {
        this.scope = scope;
        this.label = label;
        this.figures = figures;
        this.bins = figures.spec().bins();
        this.floor = scope.floor(label);
        this.replicates = replicates;
        long positives = scope.positives(label);
        this.ranking = new Ranking(positives, scope.rows(label) - positives, floor);
        this.reliability = new ReliabilityDiagram(bins);
        // slices only have counts and rates, so that their size stays small
        boolean inDetail = scope.isWholeSplit() && (label == null || scope.has(label));
        this.mass = inDetail || label == null ? new EqualMass(bins) : null;
        this.curve = inDetail && label != null ? new CurvePoints(scope, label, figures) : null;
        this.thresholds = inDetail ? thresholds : null;
        replicates.clear();
    }

    EvaluationKey key() {
        return scope.key();
    }

    ScoreReplicates replicates() {
        return replicates;
    }

    @Nullable
    Thresholds thresholds() {
        return thresholds;
    }

    /**
     * Adds the next row; its probability is at most that of the previous one, and positives come first among equals.
     */
    void add(double probability, boolean positive, int[] weights) {
        if (probability != current) {
            endTie(probability);
            current = probability;
        }
        tiedPositives += positive ? 1 : 0;
        tiedNegatives += positive ? 0 : 1;
        replicates.add(probability, positive, weights, label != null && probability > floor);
    }

    private void endTie(double next) {
        if (tiedPositives + tiedNegatives == 0) {
            return;
        }
        boolean ranked = current > floor;
        replicates.endTie();
        reliability.add(current, tiedPositives, tiedNegatives);
        if (ranked) {
            ranking.add(tiedPositives, tiedNegatives);
            if (curve != null) {
                curve.add(current, tiedPositives, tiedNegatives);
            }
            if (next <= floor) {
                replicates.endRanking();
            }
        }
        if (mass != null && (ranked || label == null)) {
            mass.add(current, tiedPositives, tiedNegatives);
        }
        if (thresholds != null) {
            thresholds.endTie(current, next, tiedPositives > 0, replicates);
        }
        int bin = ReliabilityDiagram.bin(current, bins);
        if (bin > 0 && (next < 0 || ReliabilityDiagram.bin(next, bins) != bin)) {
            replicates.endBin(reliability.rows(bin) >= figures.spec().minimumSupport());
        }
        tiedPositives = 0;
        tiedNegatives = 0;
    }

    /** The results once all rows are added; sums over classes are added to {@code sums}. */
    List<ScoreResult> finish(ScoreSums sums) {
        endTie(-1);
        long rows = scope.rows(label);
        reliability.addRest(rows);
        replicates.finish(
                label == null ? replicates.rows() : scope.weights(),
                reliability.rows(0) >= figures.spec().minimumSupport());
        List<ScoreResult> results = new ArrayList<>();
        if (label == null) {
            figures.ofConfidence(scope, reliability, replicates).ifPresent(results::add);
        } else {
            ClassProbabilityFigures ofClass = figures.ofClass(scope, label, ranking.finish(), reliability, replicates);
            sums.add(ofClass, scope, replicates);
            if (scope.has(label)) {
                results.add(ofClass);
            }
        }
        if (mass != null) {
            results.addAll(calibration(mass, rows));
        }
        if (curve != null) {
            results.addAll(curve.points());
        }
        if (thresholds != null && label != null) {
            results.addAll(figures.ofThresholds(scope, label, thresholds, replicates));
        }
        return results;
    }

    private List<EvaluationCalibration> calibration(EqualMass equalMass, long rows) {
        List<EvaluationCalibration> table = new ArrayList<>();
        if (figures.isCalibrated(scope, label)) {
            table.addAll(figures.bins(scope.key(), label, EvaluationCalibration.EQUAL_WIDTH, reliability.binned()));
        }
        List<ReliabilityBin> equal = new ArrayList<>(equalMass.binned());
        long given = equal.stream().mapToLong(ReliabilityBin::rows).sum();
        if (given < rows) {
            long positives = scope.positives(label)
                    - equal.stream().mapToLong(ReliabilityBin::positives).sum();
            double probabilities = reliability.probabilities()
                    - equal.stream().mapToDouble(ReliabilityBin::probabilities).sum();
            equal.add(0, new ReliabilityBin(0, floor, rows - given, positives, Math.max(0, probabilities)));
        }
        table.addAll(figures.bins(scope.key(), label, EvaluationCalibration.EQUAL_MASS, equal));
        return table;
    }
}
