package io.pigeonhole.evaluation.decisions;

import io.pigeonhole.evaluation.decisions.ScopeReplicates.RowSum;
import io.pigeonhole.evaluation.predictions.Block;
import io.pigeonhole.evaluation.predictions.BlockKey;
import io.pigeonhole.evaluation.predictions.Parts;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.Bootstrap;
import io.pigeonhole.evaluation.statistics.FixedPoint;
import io.pigeonhole.evaluation.statistics.PoissonWeights;
import io.pigeonhole.evaluation.statistics.ReliabilityDiagram;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Computes the counts and bootstrap replicates of all scopes and classes of a part in one scan over the blocks of
 * {@link DecisionBlocks}. A row's bootstrap weights are drawn once for all of its slices. A class is complete when the
 * next one begins, so memory holds the replicates of one class in each slice at a time.
 */
public final class ScopeScan implements Parts.Step<Iterator<Block>, Iterator<Tuple2<EvaluationKey, ScopeReplicates>>> {

    private static final long serialVersionUID = 1L;

    /** Probabilities are clipped to this distance from 0 and 1, as scikit-learn does for float64. */
    private static final double EPSILON = Math.ulp(1.0);

    private final EvaluationSpec spec;
    private final boolean hasUnknown;

    private ScopeScan(EvaluationSpec spec, boolean hasUnknown) {
        this.spec = spec;
        this.hasUnknown = hasUnknown;
    }

    /**
     * What is summed over the decisions of each scope, in the data and in every replicate.
     *
     * @param hasUnknown whether {@link Predictions#UNKNOWN} is a decision for no class, and so not one of the classes
     *     that means are taken over
     */
    public static Parts<Tuple2<EvaluationKey, ScopeReplicates>> replicates(
            Parts<Block> blocks, EvaluationSpec spec, boolean hasUnknown) {
        return blocks.mapParts(new ScopeScan(spec, hasUnknown))
                .mergeByKey(Tuple2::_1, (first, second) -> new Tuple2<>(first._1, first._2.merge(second._2)));
    }

    @Override
    public Iterator<Tuple2<EvaluationKey, ScopeReplicates>> apply(Iterator<Block> blocks) {
        Accumulator accumulator = new Accumulator(spec, hasUnknown);
        while (blocks.hasNext()) {
            accumulator.take((DecisionBlock) blocks.next());
        }
        return accumulator.finish();
    }

    private static final class Accumulator {

        private final EvaluationSpec spec;
        private final boolean hasUnknown;
        private final PoissonWeights poisson;
        private final Bootstrap bootstrap;
        private final Wilson wilson;
        private final int[] weights;
        private final Map<EvaluationKey, ScopeReplicates> scopes = new LinkedHashMap<>();
        /** The current class in each of its slices. */
        private final Map<String, Slice> slices = new HashMap<>();

        private final ArrayDeque<ClassReplicates> unused = new ArrayDeque<>();
        private @Nullable BlockKey current;

        /** The current class in one slice. */
        private record Slice(ScopeReplicates scope, ClassReplicates counts) {}

        Accumulator(EvaluationSpec spec, boolean hasUnknown) {
            this.spec = spec;
            this.hasUnknown = hasUnknown;
            this.poisson = new PoissonWeights(spec.seed());
            this.bootstrap = new Bootstrap(spec.confidenceLevel());
            this.wilson = Wilson.at(spec.confidenceLevel());
            this.weights = new int[spec.bootstrapReplicates() + 1];
        }

        void take(DecisionBlock block) {
            if (current == null || !current.isSameCell(block.key())) {
                finishClass();
                current = block.key();
            }
            List<Slice[]> sets = new ArrayList<>();
            for (List<String> set : block.slices.sets()) {
                sets.add(set.stream().map(name -> slice(block.key(), name)).toArray(Slice[]::new));
            }
            for (int row = 0; row < block.units.length; row++) {
                poisson.fill(block.units[row], weights);
                boolean labelled = row < block.labelled();
                boolean decided = !labelled || block.predicted[row] == DecisionBlock.CORRECT;
                for (Slice slice : sets.get(block.slices.of(row))) {
                    slice.counts.add(weights, labelled, decided);
                    if (labelled) {
                        addRow(slice.scope, block, row, decided);
                    }
                }
            }
        }

        private Slice slice(BlockKey key, String name) {
            return slices.computeIfAbsent(
                    name,
                    slice -> new Slice(
                            scopes.computeIfAbsent(
                                    key.key().withSlice(slice),
                                    scope -> new ScopeReplicates(
                                            weights.length,
                                            spec.bins(),
                                            spec.topK().size())),
                            unused.isEmpty() ? new ClassReplicates(weights.length) : unused.pop()));
        }

        Iterator<Tuple2<EvaluationKey, ScopeReplicates>> finish() {
            finishClass();
            List<Tuple2<EvaluationKey, ScopeReplicates>> finished = new ArrayList<>();
            scopes.forEach((key, scope) -> {
                scope.settle();
                finished.add(new Tuple2<>(key, scope));
            });
            return finished.iterator();
        }

        private void finishClass() {
            if (current == null || current.label() == null) {
                return;
            }
            String label = current.label();
            boolean isClass = !(hasUnknown && label.equals(Predictions.UNKNOWN));
            for (Slice slice : slices.values()) {
                slice.scope.add(slice.counts, slice.counts.finish(label, bootstrap, wilson), isClass);
                slice.counts.clear();
                unused.push(slice.counts);
            }
            slices.clear();
        }

        private void addRow(ScopeReplicates scope, DecisionBlock block, int row, boolean correct) {
            if (block.is(row, DecisionBlock.HAS_CONFIDENCE)) {
                addConfidence(scope, block.confidences[row], correct);
            }
            if (block.is(row, DecisionBlock.SCORED)) {
                addLoss(scope, block, row);
            }
            addRank(scope, block, row);
            scope.listed += block.is(row, DecisionBlock.LISTED) ? 1 : 0;
            scope.unlisted = Math.max(scope.unlisted, block.unlisted[row]);
            if (block.labelNodes(row) > 0) {
                scope.add(RowSum.SHARED_NODES, weights, block.sharedNodes(row));
                scope.add(RowSum.LABEL_NODES, weights, block.labelNodes(row));
                scope.add(RowSum.PREDICTED_NODES, weights, block.predictedNodes(row));
                if (!correct) {
                    scope.errorDistances.merge(block.distance(row), 1L, Long::sum);
                }
            }
        }

        private void addConfidence(ScopeReplicates scope, double given, boolean correct) {
            double confidence = Math.max(0, Math.min(1, given));
            long gap = FixedPoint.of(confidence) - (correct ? FixedPoint.of(1) : 0);
            scope.add(RowSum.CONFIDENT, weights, 1);
            scope.addGap(ReliabilityDiagram.bin(confidence, spec.bins()), weights, gap);
            scope.confidentCorrect += correct ? 1 : 0;
        }

        private void addLoss(ScopeReplicates scope, DecisionBlock block, int row) {
            boolean given = block.is(row, DecisionBlock.HAS_LABEL_PROBABILITY);
            double probability = given ? block.labelProbabilities[row] : 0;
            scope.scored++;
            scope.unseen += given ? 0 : 1;
            double clipped = Math.max(EPSILON, Math.min(1 - EPSILON, probability));
            scope.add(RowSum.LOSS, weights, FixedPoint.of(-StrictMath.log(clipped)));
        }

        private void addRank(ScopeReplicates scope, DecisionBlock block, int row) {
            int rank = block.ranks[row];
            scope.ranksKnown = Math.min(scope.ranksKnown, block.ranksKnown[row]);
            for (int i = 0; i < scope.topHits.length; i++) {
                if (rank > 0 && rank <= spec.topK().get(i)) {
                    scope.topHits[i]++;
                }
            }
        }
    }
}
