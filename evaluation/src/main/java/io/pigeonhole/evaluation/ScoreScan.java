package io.pigeonhole.evaluation;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of {@link Scores} class by class. No class is held in memory; classes that occur neither in labels nor in
 * predictions are passed over.
 */
final class ScoreScan<T> implements FlatMapFunction<Iterator<Row>, T> {

    private static final long serialVersionUID = 1L;

    private final Broadcast<List<ScoreScope>> scopes;
    private final ScoreFunction<T> function;

    ScoreScan(Broadcast<List<ScoreScope>> scopes, ScoreFunction<T> function) {
        this.scopes = scopes;
        this.function = function;
    }

    @Override
    public Iterator<T> call(Iterator<Row> rows) {
        return new Classes<>(rows, scopes.value(), function);
    }

    private static final class Classes<T> implements Iterator<T> {

        private final Iterator<Row> rows;
        private final List<ScoreScope> scopes;
        private final ScoreFunction<T> function;
        private @Nullable Row ahead;

        Classes(Iterator<Row> rows, List<ScoreScope> scopes, ScoreFunction<T> function) {
            this.rows = rows;
            this.scopes = scopes;
            this.function = function;
            advance();
        }

        private void advance() {
            ahead = rows.hasNext() ? rows.next() : null;
        }

        @Override
        public boolean hasNext() {
            while (ahead != null && !scopes.get(ahead.getInt(0)).support().containsKey(ahead.getString(1))) {
                advance();
            }
            return ahead != null;
        }

        @Override
        public T next() {
            Row first = hasNext() ? ahead : null;
            if (first == null) {
                throw new NoSuchElementException();
            }
            int scope = first.getInt(0);
            String label = first.getString(1);
            T result = function.of(scopes.get(scope), label, new OneClass(scope, label));
            while (isOf(scope, label)) {
                advance();
            }
            return result;
        }

        private boolean isOf(int scope, String label) {
            return ahead != null
                    && ahead.getInt(0) == scope
                    && ahead.getString(1).equals(label);
        }

        private final class OneClass implements Iterator<Score> {

            private final int scope;
            private final String label;

            OneClass(int scope, String label) {
                this.scope = scope;
                this.label = label;
            }

            @Override
            public boolean hasNext() {
                return isOf(scope, label);
            }

            @Override
            public Score next() {
                Row row = hasNext() ? ahead : null;
                if (row == null) {
                    throw new NoSuchElementException();
                }
                Score score = new Score(row.getDouble(2), row.getBoolean(3), row.getLong(4));
                advance();
                return score;
            }
        }
    }
}
