package io.pigeonhole.evaluation.unknown;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.evaluation.predictions.JobDescription;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.Ranking;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The figures about rows of no class.
 *
 * @param figures sorted by key
 * @param coverage points of the curves, sorted by key and falling coverage; none without unknown scores
 */
public record UnknownFigures(List<EvaluationUnknown> figures, List<EvaluationCoverage> coverage) {

    /**
     * Computes the figures of labelled predictions, for each split and slice. The rows of a slice are sorted by their
     * score in one partition, and read one by one.
     *
     * @param predictions in the schema of {@link Predictions}, with {@link Predictions#IS_UNKNOWN} and
     *     {@link Predictions#UNKNOWN_SCORE}
     * @param hasRule whether the decisions may be {@link Predictions#UNKNOWN}
     */
    public static UnknownFigures of(Dataset<Row> predictions, boolean hasRule, EvaluationSpec spec) {
        return JobDescription.during(
                predictions.sparkSession(),
                "evaluate: unknown rows",
                () -> figures(predictions, UnknownCounts.of(predictions), hasRule, spec));
    }

    private static UnknownFigures figures(
            Dataset<Row> predictions,
            SortedMap<EvaluationKey, UnknownCounts> counts,
            boolean hasRule,
            EvaluationSpec spec) {
        List<EvaluationUnknown> figures = new ArrayList<>();
        if (hasRule) {
            counts.forEach((key, ofKey) -> figures.addAll(EvaluationUnknown.ofRule(key, ofKey, spec)));
        }
        List<Scanned> scanned = scan(predictions, counts, spec);
        scanned.forEach(each -> figures.addAll(EvaluationUnknown.ofRanking(
                each.key(), Objects.requireNonNull(counts.get(each.key())), each.ranking(), spec)));
        return new UnknownFigures(
                figures.stream()
                        .sorted(Comparator.comparing(EvaluationUnknown::key))
                        .toList(),
                scanned.stream().flatMap(each -> each.points().stream()).toList());
    }

    private static List<Scanned> scan(
            Dataset<Row> predictions, SortedMap<EvaluationKey, UnknownCounts> counts, EvaluationSpec spec) {
        TreeMap<EvaluationKey, UnknownCounts> scored = new TreeMap<>(counts);
        scored.values().removeIf(ofKey -> !ofKey.isScored());
        if (scored.isEmpty()) {
            return List.of();
        }
        Column[] order = Stream.concat(
                        Stream.of(EvaluationKey.columns()),
                        Stream.of(col(Predictions.UNKNOWN_SCORE).desc()))
                .toArray(Column[]::new);
        return UnknownCounts.rows(predictions)
                .select(EvaluationKey.columns(Predictions.UNKNOWN_SCORE, UnknownCounts.IS_UNKNOWN, UnknownCounts.WRONG))
                .repartition(EvaluationKey.columns())
                .sortWithinPartitions(order)
                .toJavaRDD()
                .mapPartitions(new Scan(scored, spec.curvePoints(), spec.confidenceLevel()))
                .collect()
                .stream()
                .sorted(Comparator.comparing(Scanned::key))
                .toList();
    }

    /** What the scan over a key finds. */
    private record Scanned(EvaluationKey key, Area area, List<EvaluationCoverage> points) implements Serializable {

        Ranking.Figures ranking() {
            return new Ranking.Figures(area.area(), area.averagePrecision(), area.variance(), 0);
        }
    }

    /** The figures of a ranking, to be sent. */
    private record Area(@Nullable Double area, @Nullable Double averagePrecision, double variance)
            implements Serializable {}

    /** Reads rows sorted by key and falling score. */
    private static final class Scan implements FlatMapFunction<Iterator<Row>, Scanned> {

        private static final long serialVersionUID = 1L;

        private static final int SCORE_AT = EvaluationKey.COLUMNS.size();

        private final TreeMap<EvaluationKey, UnknownCounts> counts;
        private final int points;
        private final double confidenceLevel;

        Scan(Map<EvaluationKey, UnknownCounts> counts, int points, double confidenceLevel) {
            this.counts = new TreeMap<>(counts);
            this.points = points;
            this.confidenceLevel = confidenceLevel;
        }

        @Override
        public Iterator<Scanned> call(Iterator<Row> rows) {
            List<Scanned> all = new ArrayList<>();
            Curve curve = null;
            while (rows.hasNext()) {
                Row row = rows.next();
                EvaluationKey key = EvaluationKey.fromRow(row);
                if (curve == null || !curve.key.equals(key)) {
                    if (curve != null) {
                        all.add(curve.finished());
                    }
                    UnknownCounts ofKey = counts.get(key);
                    curve = ofKey == null ? null : new Curve(key, ofKey, points, Wilson.at(confidenceLevel));
                }
                if (curve != null) {
                    curve.take(row.getDouble(SCORE_AT), row.getBoolean(SCORE_AT + 1), row.getBoolean(SCORE_AT + 2));
                }
            }
            if (curve != null) {
                all.add(curve.finished());
            }
            return all.iterator();
        }
    }

    /** The rows of one key, ties by ties, from the highest score down. */
    private static final class Curve {

        private final EvaluationKey key;
        private final UnknownCounts counts;
        private final int steps;
        private final Wilson wilson;
        private final Ranking ranking;
        private final List<EvaluationCoverage> points = new ArrayList<>();
        private long rejected;
        private long rejectedInScope;
        private long rejectedWrong;
        private double score = Double.NaN;
        private long tiedUnknown;
        private long tiedInScope;
        private long tiedWrong;
        private int step;

        Curve(EvaluationKey key, UnknownCounts counts, int steps, Wilson wilson) {
            this.key = key;
            this.counts = counts;
            this.steps = steps;
            this.wilson = wilson;
            this.ranking = new Ranking(counts.unknown(), counts.inScope(), Double.NEGATIVE_INFINITY);
            this.step = steps;
        }

        void take(double given, boolean isUnknown, boolean isWrong) {
            // -0.0, which Spark sorts as equal to 0.0, becomes 0.0
            double next = given + 0.0;
            if (Double.compare(next, score) != 0) {
                finishTies();
                score = next;
            }
            tiedUnknown += isUnknown ? 1 : 0;
            tiedInScope += isUnknown ? 0 : 1;
            tiedWrong += !isUnknown && isWrong ? 1 : 0;
        }

        private void finishTies() {
            if (tiedUnknown + tiedInScope == 0) {
                return;
            }
            addPoint();
            ranking.add(tiedUnknown, tiedInScope);
            rejected += tiedUnknown + tiedInScope;
            rejectedInScope += tiedInScope;
            rejectedWrong += tiedWrong;
            tiedUnknown = 0;
            tiedInScope = 0;
            tiedWrong = 0;
        }

        /** The point at which the rows from here down are accepted, if it is the first within the next step. */
        private void addPoint() {
            long accepted = counts.scored() - rejected;
            if (step == 0 || (double) accepted * steps > (double) counts.scored() * step) {
                return;
            }
            while (step > 0 && (double) accepted * steps <= (double) counts.scored() * step) {
                step--;
            }
            long rejectedUnknown = rejected - rejectedInScope;
            long wrong = counts.wrong() - rejectedWrong + counts.unknown() - rejectedUnknown;
            points.add(new EvaluationCoverage(
                    key,
                    score,
                    accepted,
                    counts.scored(),
                    wilson.estimate(wrong, accepted),
                    counts.inScope() == 0 ? null : (Double) ((double) rejectedInScope / counts.inScope()),
                    counts.unknown() == 0 ? null : (Double) ((double) rejectedUnknown / counts.unknown())));
        }

        Scanned finished() {
            finishTies();
            Ranking.Figures figures = ranking.finish();
            return new Scanned(
                    key, new Area(figures.area(), figures.averagePrecision(), figures.variance()), List.copyOf(points));
        }
    }
}
