package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.predictions.Block;
import io.pigeonhole.evaluation.predictions.BlockKey;
import io.pigeonhole.evaluation.predictions.Parts;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.settings.ThresholdSpec;
import io.pigeonhole.evaluation.statistics.PoissonWeights;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the blocks of {@link ScoreBlocks} class by class, and each class split by split. A row's bootstrap weights are
 * drawn once for all of its slices. Memory holds the replicates of one class in each slice of one split.
 */
final class ScoreScan implements Parts.Step<Iterator<Block>, Iterator<ScoreResult>> {

    private static final long serialVersionUID = 1L;

    private final Parts.Shared<ScoreScopes> scopes;
    private final EvaluationSpec spec;
    private final boolean grouped;

    /** @param grouped whether the bootstrap draws groups of rows */
    ScoreScan(Parts.Shared<ScoreScopes> scopes, EvaluationSpec spec, boolean grouped) {
        this.scopes = scopes;
        this.spec = spec;
        this.grouped = grouped;
    }

    @Override
    public Iterator<ScoreResult> apply(Iterator<Block> blocks) {
        return new Results(new SortedScores(blocks), scopes.value(), new ScoreFigures(spec, grouped));
    }

    private static final class Results implements Iterator<ScoreResult> {

        private final SortedScores scores;
        private final ScoreScopes scopes;
        private final ScoreFigures figures;
        private final PoissonWeights poisson;
        private final int[] weights;
        private final ArrayDeque<ScoreResult> found = new ArrayDeque<>();
        private final ArrayDeque<ScoreReplicates> unused = new ArrayDeque<>();
        private final Map<EvaluationKey, ScoreSums> sums = new HashMap<>();
        /** The thresholds of the current class, once its validation split is read. */
        private @Nullable Thresholds chosen;

        Results(SortedScores scores, ScoreScopes scopes, ScoreFigures figures) {
            this.scores = scores;
            this.scopes = scopes;
            this.figures = figures;
            this.poisson = new PoissonWeights(figures.spec().seed());
            this.weights = new int[figures.length()];
        }

        @Override
        public boolean hasNext() {
            while (found.isEmpty() && scores.nextCell() != null) {
                read(Objects.requireNonNull(scores.nextCell()));
                if (scores.nextCell() == null) {
                    found.addAll(sums.values());
                }
            }
            return !found.isEmpty();
        }

        @Override
        public ScoreResult next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return found.remove();
        }

        /** Reads the rows of one class in one split. */
        private void read(BlockKey cell) {
            ScoreScopes.Part part = scopes.part(cell.key());
            TreeMap<String, ClassAccumulator> walks = new TreeMap<>();
            Map<ScoreBlock, ClassAccumulator[][]> bySet = new IdentityHashMap<>();
            SortedScores.Cursor score = scores.next(cell);
            ScoreBlock last = null;
            ClassAccumulator[][] sets = {};
            while (score != null) {
                if (score.block != last) {
                    last = score.block;
                    sets = bySet.computeIfAbsent(last, block -> walks(block, part, walks));
                }
                ClassAccumulator[] ofRow = sets[score.slices()];
                if (ofRow.length > 0) {
                    poisson.fill(score.unit(), weights);
                    for (ClassAccumulator walk : ofRow) {
                        walk.add(score.probability(), score.positive(), weights);
                    }
                }
                score = scores.next(cell);
            }
            finish(cell, part, walks);
        }

        /** The accumulators of each set of slices of the block. */
        private ClassAccumulator[][] walks(
                ScoreBlock block, ScoreScopes.Part part, Map<String, ClassAccumulator> walks) {
            ClassAccumulator[][] sets = new ClassAccumulator[block.slices.sets().size()][];
            for (int set = 0; set < sets.length; set++) {
                sets[set] = block.slices.sets().get(set).stream()
                        .filter(slice -> part.covers(slice, block.key().label()))
                        .map(slice -> walks.computeIfAbsent(slice, name -> walk(block.key(), part, name)))
                        .toArray(ClassAccumulator[]::new);
            }
            return sets;
        }

        private ClassAccumulator walk(BlockKey cell, ScoreScopes.Part part, String slice) {
            ScoreScope scope = Objects.requireNonNull(part.scopes().get(slice));
            ScoreReplicates replicates = unused.isEmpty() ? new ScoreReplicates(weights.length) : unused.pop();
            return new ClassAccumulator(
                    scope, cell.label(), figures, replicates, thresholds(scope, part, cell.label()));
        }

        private @Nullable Thresholds thresholds(ScoreScope scope, ScoreScopes.Part part, @Nullable String label) {
            if (label == null || !scope.isWholeSplit() || !part.hasThresholds()) {
                return null;
            }
            List<ThresholdSpec> wanted = figures.spec().thresholds();
            if (part.isValidation()) {
                return Thresholds.search(wanted, label, scope, part.floor());
            }
            return chosen == null ? Thresholds.none(wanted, label) : chosen.applied();
        }

        private void finish(BlockKey cell, ScoreScopes.Part part, Map<String, ClassAccumulator> walks) {
            for (ClassAccumulator walk : walks.values()) {
                found.addAll(walk.finish(sums.computeIfAbsent(walk.key(), key -> new ScoreSums(key, weights.length))));
                unused.push(walk.replicates());
                if (walk.thresholds() != null && part.isValidation()) {
                    chosen = walk.thresholds();
                }
            }
            BlockKey next = scores.nextCell();
            if (next == null || !next.isSameClass(cell)) {
                chosen = null;
            }
        }
    }
}
