package io.pigeonhole.evaluation;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of {@link Scores} class by class, and each class split by split. A row's bootstrap weights are drawn once
 * for all slices that it lies in. Memory holds the replicates of one class in each slice of one split, and never rows.
 */
final class ScoreScan implements FlatMapFunction<Iterator<Row>, ScoreResult> {

    private static final long serialVersionUID = 1L;

    private final Broadcast<ScoreScopes> scopes;
    private final EvaluationSpec spec;
    private final boolean grouped;

    /** @param grouped whether the bootstrap draws groups of rows */
    ScoreScan(Broadcast<ScoreScopes> scopes, EvaluationSpec spec, boolean grouped) {
        this.scopes = scopes;
        this.spec = spec;
        this.grouped = grouped;
    }

    @Override
    public Iterator<ScoreResult> call(Iterator<Row> rows) {
        return new Results(rows, scopes.value(), new ScoreFigures(spec, grouped));
    }

    private static final class Results implements Iterator<ScoreResult> {

        private final Iterator<Row> rows;
        private final List<ScoreScopes.Part> parts;
        private final ScoreFigures figures;
        private final PoissonWeights poisson;
        private final int[] weights;
        private final ArrayDeque<ScoreResult> found = new ArrayDeque<>();
        private final Map<Integer, ScoreReplicates> replicates = new HashMap<>();
        private final Map<EvaluationKey, ScoreSums> sums = new HashMap<>();
        /** By number of the slice, in this order. */
        private final TreeMap<Integer, ClassWalk> walks = new TreeMap<>();

        private @Nullable Row ahead;
        private @Nullable Thresholds chosen;

        Results(Iterator<Row> rows, ScoreScopes scopes, ScoreFigures figures) {
            this.rows = rows;
            this.parts = scopes.parts();
            this.figures = figures;
            this.poisson = new PoissonWeights(figures.spec().seed());
            this.weights = new int[figures.length()];
            advance();
        }

        private void advance() {
            ahead = rows.hasNext() ? rows.next() : null;
        }

        @Override
        public boolean hasNext() {
            while (found.isEmpty() && ahead != null) {
                readClass(ahead);
                if (ahead == null) {
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

        private void readClass(Row first) {
            int family = parts.get(first.getInt(0)).family();
            String label = label(first);
            chosen = null;
            while (ahead != null
                    && parts.get(ahead.getInt(0)).family() == family
                    && Objects.equals(label(ahead), label)) {
                readPart(parts.get(ahead.getInt(0)), ahead.getInt(0), family, label);
            }
        }

        private void readPart(ScoreScopes.Part part, int number, int family, @Nullable String label) {
            while (ahead != null
                    && ahead.getInt(0) == number
                    && parts.get(number).family() == family
                    && Objects.equals(label(ahead), label)) {
                Score score = Score.fromRow(ahead);
                poisson.fill(score.unit(), weights);
                for (int slice : ahead.<Integer>getList(5)) {
                    ClassWalk walk = walk(part, slice, label);
                    if (walk != null) {
                        walk.add(score, weights);
                    }
                }
                advance();
            }
            walks.values().forEach(walk -> finish(walk, part));
            walks.clear();
        }

        private void finish(ClassWalk walk, ScoreScopes.Part part) {
            ScoreSums into = sums.computeIfAbsent(walk.key(), key -> new ScoreSums(key, weights.length));
            found.addAll(walk.finish(into));
            if (part.isValidation() && walk.thresholds() != null) {
                chosen = walk.thresholds();
            }
        }

        private static @Nullable String label(Row row) {
            return row.isNullAt(1) ? null : row.getString(1);
        }

        /** The walk in this slice; null where the figures cannot be computed. */
        private @Nullable ClassWalk walk(ScoreScopes.Part part, int slice, @Nullable String label) {
            ClassWalk begun = walks.get(slice);
            ScoreScope scope = part.scopes().get(slice);
            if (begun != null || scope == null || !scope.covers(label)) {
                return begun;
            }
            ScoreReplicates counts = replicates.computeIfAbsent(slice, s -> new ScoreReplicates(weights.length));
            ClassWalk walk = new ClassWalk(scope, label, figures, counts, thresholds(part, scope, label));
            walks.put(slice, walk);
            return walk;
        }

        private @Nullable Thresholds thresholds(ScoreScopes.Part part, ScoreScope scope, @Nullable String label) {
            if (label == null || !scope.isWholeSplit() || !part.hasThresholds()) {
                return null;
            }
            List<ThresholdSpec> wanted = figures.spec().thresholds();
            if (part.isValidation()) {
                return Thresholds.search(wanted, label, scope, part.floor());
            }
            return chosen == null ? Thresholds.none(wanted, label) : chosen.applied();
        }
    }
}
