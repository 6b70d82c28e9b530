package io.pigeonhole.evaluation.decisions;

import io.pigeonhole.evaluation.decisions.ScopeReplicates.ClassSum;
import io.pigeonhole.evaluation.decisions.ScopeReplicates.RowSum;
import io.pigeonhole.evaluation.statistics.FixedPoint;
import java.util.List;

/**
 * The sums that metrics are computed from, for the data or for one bootstrap replicate. Rates are summed over the
 * classes that occur there, in labels or in predictions.
 *
 * @param f1 sum over classes of their F1; {@code weightedF1} sums support times F1; likewise precision and recall
 * @param labelsByPredictions sum over classes of support times predicted
 * @param loss sum over rows of the negative logarithm of the label's probability
 * @param gap sum over bins of |sum of confidence - rows that are correct|
 * @param sharedNodes nodes that the paths of label and prediction share; 0 together with {@code labelNodes} away from
 *     the leaves and where classes have no parents
 */
public record Totals(
        long rows,
        long correct,
        long classes,
        double precision,
        double recall,
        double f1,
        double weightedPrecision,
        double weightedF1,
        long labelsByPredictions,
        long labelsSquared,
        long predictionsSquared,
        double loss,
        long confident,
        double gap,
        long sharedNodes,
        long labelNodes,
        long predictedNodes) {

    /** The data themselves; {@code classes} must have a fixed order, as their rates are added without rounding. */
    public static Totals ofData(ScopeReplicates scope, List<ClassCounts> classes) {
        Totals rounded = ofReplicate(scope, 0);
        double precision = 0;
        double recall = 0;
        double f1 = 0;
        double weightedPrecision = 0;
        double weightedF1 = 0;
        for (ClassCounts counts : classes) {
            precision += counts.precisionOrZero();
            recall += counts.recallOrZero();
            f1 += counts.f1().value();
            weightedPrecision += counts.support() * counts.precisionOrZero();
            weightedF1 += counts.support() * counts.f1().value();
        }
        return rounded.withRates(precision, recall, f1, weightedPrecision, weightedF1);
    }

    /** One replicate, its rates as whole multiples of 2^-30. */
    public static Totals ofReplicate(ScopeReplicates scope, int index) {
        return new Totals(
                scope.sum(ClassSum.ROWS)[index],
                scope.sum(ClassSum.CORRECT)[index],
                scope.sum(ClassSum.CLASSES)[index],
                FixedPoint.toDouble(scope.sum(ClassSum.PRECISION)[index]),
                FixedPoint.toDouble(scope.sum(ClassSum.RECALL)[index]),
                FixedPoint.toDouble(scope.sum(ClassSum.F1)[index]),
                FixedPoint.toDouble(scope.sum(ClassSum.WEIGHTED_PRECISION)[index]),
                FixedPoint.toDouble(scope.sum(ClassSum.WEIGHTED_F1)[index]),
                scope.sum(ClassSum.LABELS_BY_PREDICTIONS)[index],
                scope.sum(ClassSum.LABELS_SQUARED)[index],
                scope.sum(ClassSum.PREDICTIONS_SQUARED)[index],
                FixedPoint.toDouble(scope.sum(RowSum.LOSS)[index]),
                scope.sum(RowSum.CONFIDENT)[index],
                FixedPoint.toDouble(scope.absoluteGaps(index)),
                scope.sum(RowSum.SHARED_NODES)[index],
                scope.sum(RowSum.LABEL_NODES)[index],
                scope.sum(RowSum.PREDICTED_NODES)[index]);
    }

    private Totals withRates(
            double precisions, double recalls, double f1s, double weightedPrecisions, double weightedF1s) {
        return new Totals(
                rows,
                correct,
                classes,
                precisions,
                recalls,
                f1s,
                weightedPrecisions,
                weightedF1s,
                labelsByPredictions,
                labelsSquared,
                predictionsSquared,
                loss,
                confident,
                gap,
                sharedNodes,
                labelNodes,
                predictedNodes);
    }
}
