package io.pigeonhole.evaluation.decisions;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_distinct;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;

import io.pigeonhole.evaluation.decisions.ScopeReplicates.RowSum;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.Bootstrap;
import io.pigeonhole.evaluation.statistics.FixedPoint;
import io.pigeonhole.evaluation.statistics.PoissonWeights;
import io.pigeonhole.evaluation.statistics.ReliabilityDiagram;
import io.pigeonhole.evaluation.statistics.WeightedSums;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Computes the counts and bootstrap replicates of all scopes and classes of a partition in one scan. Its rows are those
 * of {@link DecisionRows} followed by a class, sorted by key and class, and every row occurs once for its label and
 * once for its prediction (only once if they agree). A class is complete when the next one begins, so memory holds the
 * replicates of one class at a time.
 */
public final class ScopeScan implements PairFlatMapFunction<Iterator<Row>, EvaluationKey, ScopeReplicates> {

    private static final long serialVersionUID = 1L;

    /** Probabilities are clipped to this distance from 0 and 1, as scikit-learn does for float64. */
    private static final double EPSILON = Math.ulp(1.0);

    private final EvaluationSpec spec;

    public ScopeScan(EvaluationSpec spec) {
        this.spec = spec;
    }

    /** What is summed over the rows of {@link DecisionRows}, of each scope, in the data and in every replicate. */
    public static JavaPairRDD<EvaluationKey, ScopeReplicates> replicates(Dataset<Row> decisions, EvaluationSpec spec) {
        Column[] keyAndClass = EvaluationKey.columns(DecisionColumn.CLASS.column());
        Column classes = array_distinct(array(col(Predictions.LABEL), col(Predictions.PREDICTED)));
        return decisions
                .withColumn(DecisionColumn.CLASS.column(), explode(classes))
                .repartition(keyAndClass)
                .sortWithinPartitions(keyAndClass)
                .toJavaRDD()
                .mapPartitionsToPair(new ScopeScan(spec))
                .reduceByKey(ScopeReplicates::merge);
    }

    @Override
    public Iterator<Tuple2<EvaluationKey, ScopeReplicates>> call(Iterator<Row> rows) {
        Accumulator accumulator = new Accumulator(spec);
        while (rows.hasNext()) {
            Row row = rows.next();
            accumulator.take(Decision.fromRow(row), row.getString(DecisionColumn.CLASS.at()));
        }
        return accumulator.finish();
    }

    private static final class Accumulator {

        private final EvaluationSpec spec;
        private final PoissonWeights poisson;
        private final Bootstrap bootstrap;
        private final Wilson wilson;
        private final int[] weights;
        private final ClassReplicates counts;
        private final List<Tuple2<EvaluationKey, ScopeReplicates>> finished = new ArrayList<>();
        private @Nullable EvaluationKey key;
        private @Nullable String label;
        private ScopeReplicates scope;

        Accumulator(EvaluationSpec spec) {
            this.spec = spec;
            this.poisson = new PoissonWeights(spec.seed());
            this.bootstrap = new Bootstrap(spec.confidenceLevel());
            this.wilson = Wilson.at(spec.confidenceLevel());
            this.weights = new int[spec.bootstrapReplicates() + 1];
            this.counts = new ClassReplicates(weights.length);
            this.scope = newScope();
        }

        void take(Decision decision, String current) {
            boolean sameScope = decision.key().equals(key);
            if (!sameScope || !current.equals(label)) {
                finishClass();
                label = current;
            }
            if (!sameScope) {
                scope = newScope();
                key = decision.key();
                finished.add(new Tuple2<>(decision.key(), scope));
            }
            poisson.fill(decision.unit(), weights);
            boolean labelled = decision.label().equals(current);
            counts.add(weights, labelled, decision.predicted().equals(current));
            if (labelled) {
                addRow(decision);
            }
        }

        Iterator<Tuple2<EvaluationKey, ScopeReplicates>> finish() {
            finishClass();
            return finished.iterator();
        }

        private ScopeReplicates newScope() {
            return new ScopeReplicates(weights.length, spec.bins(), spec.topK().size());
        }

        private void finishClass() {
            if (label != null) {
                scope.add(counts, counts.finish(label, bootstrap, wilson));
                counts.clear();
            }
        }

        private void addRow(Decision decision) {
            boolean correct = decision.label().equals(decision.predicted());
            addConfidence(decision, correct);
            addLoss(decision);
            addRank(decision);
            scope.listed += decision.listed() ? 1 : 0;
            scope.unlisted = Math.max(scope.unlisted, decision.unlisted());
            if (decision.labelNodes() > 0) {
                scope.add(RowSum.SHARED_NODES, weights, decision.sharedNodes());
                scope.add(RowSum.LABEL_NODES, weights, decision.labelNodes());
                scope.add(RowSum.PREDICTED_NODES, weights, decision.predictedNodes());
                if (!correct) {
                    scope.errorDistances.merge(decision.distance(), 1L, Long::sum);
                }
            }
        }

        private void addConfidence(Decision decision, boolean correct) {
            Double given = decision.confidence();
            if (given != null) {
                double confidence = Math.max(0, Math.min(1, given));
                long gap = FixedPoint.of(confidence) - (correct ? FixedPoint.of(1) : 0);
                scope.add(RowSum.CONFIDENT, weights, 1);
                WeightedSums.add(scope.gaps[ReliabilityDiagram.bin(confidence, spec.bins())], weights, gap);
                scope.confidentCorrect += correct ? 1 : 0;
            }
        }

        private void addLoss(Decision decision) {
            if (decision.scored()) {
                Double given = decision.labelProbability();
                double probability = given == null ? 0 : given;
                scope.scored++;
                scope.unseen += given == null ? 1 : 0;
                double clipped = Math.max(EPSILON, Math.min(1 - EPSILON, probability));
                scope.add(RowSum.LOSS, weights, FixedPoint.of(-StrictMath.log(clipped)));
            }
        }

        private void addRank(Decision decision) {
            scope.ranksKnown = Math.min(scope.ranksKnown, decision.ranksKnown());
            for (int i = 0; i < scope.topHits.length; i++) {
                if (decision.rank() > 0 && decision.rank() <= spec.topK().get(i)) {
                    scope.topHits[i]++;
                }
            }
        }
    }
}
