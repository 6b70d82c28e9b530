package io.pigeonhole.evaluation;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import scala.Tuple3;

/** The figures of one class against the rest: the order by closed forms, the others with their bootstrap. */
final class ClassScoring implements ScoreFunction<Tuple3<EvaluationKey, String, ClassScores>> {

    private static final long serialVersionUID = 1L;

    private final EvaluationSpec spec;
    private final RankingIntervals intervals;
    private final PoissonWeights poisson;
    private final Bootstrap bootstrap;

    ClassScoring(EvaluationSpec spec) {
        this.spec = spec;
        this.intervals = new RankingIntervals(spec.confidenceLevel());
        this.poisson = new PoissonWeights(spec.seed());
        this.bootstrap = new Bootstrap(spec.confidenceLevel());
    }

    @Override
    public Tuple3<EvaluationKey, String, ClassScores> of(ScoreScope scope, String label, Iterator<Score> scores) {
        long positives = scope.support(label);
        long negatives = scope.rows() - positives;
        Ranking ranking = new Ranking(positives, negatives, scope.unlisted());
        int[] weights = new int[scope.weights().length];
        long[] squares = new long[weights.length];
        long[][] gaps = new long[spec.bins()][weights.length];
        while (scores.hasNext()) {
            Score score = scores.next();
            ranking.add(score.probability(), score.positive());
            double probability = Math.max(0, Math.min(1, score.probability()));
            double gap = probability - (score.positive() ? 1 : 0);
            poisson.fill(score.unit(), weights);
            ScopeReplicates.add(squares, weights, FixedPoint.of(gap * gap));
            ScopeReplicates.add(gaps[ScopeScan.bin(probability, spec.bins())], weights, FixedPoint.of(gap));
        }
        Ranking.Figures order = ranking.finish();
        Double precision = order.averagePrecision();
        ClassScores figures = new ClassScores(
                area(order, positives, negatives),
                precision == null ? null : intervals.averagePrecision(precision, positives),
                estimate(squares, scope.weights()),
                scope.unlisted() < 1.0 / spec.bins() ? estimate(absolute(gaps), scope.weights()) : null,
                order.unlisted(),
                scope.unlisted());
        return new Tuple3<>(scope.key(), label, figures);
    }

    private @Nullable Estimate area(Ranking.Figures order, long positives, long negatives) {
        Double area = order.area();
        return area == null ? null : intervals.area(area, order.variance(), positives, negatives);
    }

    private static long[] absolute(long[][] gaps) {
        long[] sums = new long[gaps[0].length];
        for (long[] bin : gaps) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += Math.abs(bin[i]);
            }
        }
        return sums;
    }

    /** Sums per row, in the data and in every replicate that drew rows. */
    private Estimate estimate(long[] sums, long[] rows) {
        double[] replicates = new double[sums.length - 1];
        int count = 0;
        for (int i = 1; i < sums.length; i++) {
            if (rows[i] > 0) {
                replicates[count++] = Math.min(1, FixedPoint.toDouble(sums[i]) / rows[i]);
            }
        }
        return bootstrap.estimate(Math.min(1, FixedPoint.toDouble(sums[0]) / rows[0]), replicates, count);
    }
}
