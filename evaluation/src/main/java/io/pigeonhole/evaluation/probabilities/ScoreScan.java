package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.settings.ThresholdSpec;
import io.pigeonhole.evaluation.statistics.PoissonWeights;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
 * Reads the rows of {@link ScoreRows} class by class, and each class split by split. A row's bootstrap weights are
 * drawn once for all of its slices. Memory holds the replicates of one class (or of the few that share a hash) in each
 * slice of one split, and no rows.
 */
final class ScoreScan implements FlatMapFunction<Iterator<Row>, ScoreResult> {

    private static final long serialVersionUID = 1L;

    /** The number of the whole split plus one. */
    private static final String WHOLE_SPLIT = "\u0001";

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

    /** A class of a family; null for the decisions. */
    private record FamilyClass(int family, @Nullable String label) {}

    private static final class Results implements Iterator<ScoreResult> {

        private final Iterator<Row> rows;
        private final List<ScoreScopes.Part> parts;
        private final ScoreFigures figures;
        private final PoissonWeights poisson;
        private final int[] weights;
        private final ArrayDeque<ScoreResult> found = new ArrayDeque<>();
        private final ArrayDeque<ScoreReplicates> unused = new ArrayDeque<>();
        private final Map<EvaluationKey, ScoreSums> sums = new HashMap<>();
        private final Map<FamilyClass, Thresholds> chosen = new HashMap<>();
        private final List<Opened> opened = new ArrayList<>();
        private @Nullable Row ahead;

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
                readSplit(ahead.getLong(ScoreColumn.SORT_KEY.at()));
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

        /** Reads the rows of one class in one split, or those of all classes that share its hash. */
        private void readSplit(long key) {
            Opened current = null;
            while (ahead != null && SortKey.isSameSplit(ahead.getLong(ScoreColumn.SORT_KEY.at()), key)) {
                int part = ahead.getInt(ScoreColumn.PART.at());
                String label = ahead.isNullAt(ScoreColumn.CLASS.at()) ? null : ahead.getString(ScoreColumn.CLASS.at());
                if (current == null || !current.isOf(part, label)) {
                    current = opened(part, label);
                }
                Score score = Score.fromRow(ahead);
                poisson.fill(score.unit(), weights);
                boolean isWhole = ahead.isNullAt(ScoreColumn.SLICES.at());
                current.add(score, isWhole ? WHOLE_SPLIT : ahead.getString(ScoreColumn.SLICES.at()));
                advance();
            }
            opened.forEach(Opened::finish);
            opened.clear();
            if (ahead == null || !SortKey.isSameClass(ahead.getLong(ScoreColumn.SORT_KEY.at()), key)) {
                chosen.clear();
            }
        }

        private Opened opened(int part, @Nullable String label) {
            for (Opened one : opened) {
                if (one.isOf(part, label)) {
                    return one;
                }
            }
            Opened one = new Opened(part, label);
            opened.add(one);
            return one;
        }

        /** A class in a split of which more rows may follow. */
        private final class Opened {

            private final int number;
            private final ScoreScopes.Part part;
            private final @Nullable String label;
            /** By number of the slice. */
            private final TreeMap<Integer, ClassAccumulator> walks = new TreeMap<>();

            Opened(int number, @Nullable String label) {
                this.number = number;
                this.part = parts.get(number);
                this.label = label;
            }

            boolean isOf(int otherNumber, @Nullable String otherLabel) {
                return number == otherNumber && Objects.equals(label, otherLabel);
            }

            void add(Score score, String slices) {
                for (int i = 0; i < slices.length(); i++) {
                    ClassAccumulator walk = walk(slices.charAt(i) - 1);
                    if (walk != null) {
                        walk.add(score, weights);
                    }
                }
            }

            /** The accumulator of this slice; null where the figures cannot be computed. */
            private @Nullable ClassAccumulator walk(int slice) {
                ClassAccumulator begun = walks.get(slice);
                ScoreScope scope = part.scopes().get(slice);
                if (begun != null || scope == null || !scope.covers(label)) {
                    return begun;
                }
                ScoreReplicates replicates = unused.isEmpty() ? new ScoreReplicates(weights.length) : unused.pop();
                ClassAccumulator walk = new ClassAccumulator(scope, label, figures, replicates, thresholds(scope));
                walks.put(slice, walk);
                return walk;
            }

            private @Nullable Thresholds thresholds(ScoreScope scope) {
                if (label == null || !scope.isWholeSplit() || !part.hasThresholds()) {
                    return null;
                }
                List<ThresholdSpec> wanted = figures.spec().thresholds();
                if (part.isValidation()) {
                    return Thresholds.search(wanted, label, scope, part.floor());
                }
                Thresholds known = chosen.get(new FamilyClass(part.family(), label));
                return known == null ? Thresholds.none(wanted, label) : known.applied();
            }

            void finish() {
                for (ClassAccumulator walk : walks.values()) {
                    found.addAll(
                            walk.finish(sums.computeIfAbsent(walk.key(), key -> new ScoreSums(key, weights.length))));
                    unused.push(walk.replicates());
                    Thresholds thresholds = walk.thresholds();
                    if (thresholds != null && part.isValidation()) {
                        chosen.put(new FamilyClass(part.family(), label), thresholds);
                    }
                }
            }
        }
    }
}
