package io.pigeonhole.evaluation;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The curves of one class, thinned: with n points, the highest thresholds at which recall reaches 1/n, 2/n, ..., 1, as far
 * as the probabilities are listed. So at most n rows of a class are kept at a time.
 */
final class CurvePoints implements ScoreFunction<List<EvaluationCurves>> {

    private static final long serialVersionUID = 1L;

    private final int most;
    private final Wilson wilson;

    CurvePoints(EvaluationSpec spec) {
        this.most = spec.curvePoints();
        this.wilson = Wilson.at(spec.confidenceLevel());
    }

    @Override
    public List<EvaluationCurves> of(ScoreScope scope, String label, Iterator<Score> scores) {
        Walk walk = new Walk(scope, label);
        while (scores.hasNext()) {
            Score score = scores.next();
            // at and below the floor, rows that are not listed may be as probable
            if (score.probability() <= scope.unlisted()) {
                break;
            }
            walk.add(score);
        }
        walk.finishTie();
        return walk.points;
    }

    private final class Walk {

        private final ScoreScope scope;
        private final String label;
        private final long positives;
        private final List<EvaluationCurves> points = new ArrayList<>();
        private double current = Double.POSITIVE_INFINITY;
        private long truePositives;
        private long falsePositives;
        private long reached;

        Walk(ScoreScope scope, String label) {
            this.scope = scope;
            this.label = label;
            this.positives = scope.support(label);
        }

        void add(Score score) {
            if (score.probability() != current) {
                finishTie();
                current = score.probability();
            }
            truePositives += score.positive() ? 1 : 0;
            falsePositives += score.positive() ? 0 : 1;
        }

        void finishTie() {
            long reaches = positives == 0 ? 0 : truePositives * most / positives;
            if (reaches > reached) {
                reached = reaches;
                points.add(EvaluationCurves.of(
                        scope.key(),
                        label,
                        Math.min(1, current),
                        truePositives,
                        falsePositives,
                        positives,
                        scope.rows() - positives,
                        wilson));
            }
        }
    }
}
