package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.statistics.Wilson;
import java.util.ArrayList;
import java.util.List;

/**
 * The curves of one class, thinned: with n points, the highest thresholds at which recall reaches 1/n, 2/n, ..., 1, as
 * far as probabilities are listed. So at most n points of a class are kept.
 */
final class CurvePoints {

    private final ScoreScope scope;
    private final String label;
    private final Wilson wilson;
    private final int most;
    private final long positives;
    private final List<EvaluationCurves> points = new ArrayList<>();
    private long truePositives;
    private long falsePositives;
    private long reached;

    CurvePoints(ScoreScope scope, String label, ScoreFigures figures) {
        this.scope = scope;
        this.label = label;
        this.wilson = figures.wilson();
        this.most = figures.spec().curvePoints();
        this.positives = scope.positives(label);
    }

    /** Adds the rows of the next lower probability. */
    void add(double probability, long tiedPositives, long tiedNegatives) {
        truePositives += tiedPositives;
        falsePositives += tiedNegatives;
        long reaches = positives == 0 ? 0 : truePositives * most / positives;
        if (reaches > reached) {
            reached = reaches;
            points.add(EvaluationCurves.of(
                    scope.key(),
                    label,
                    probability,
                    truePositives,
                    falsePositives,
                    positives,
                    scope.rows() - positives,
                    wilson));
        }
    }

    List<EvaluationCurves> points() {
        return points;
    }
}
