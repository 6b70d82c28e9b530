package io.pigeonhole.evaluation.comparison;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_distinct;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.pigeonhole.evaluation.decisions.ClassCounts;
import io.pigeonhole.evaluation.decisions.DecisionBlocks;
import io.pigeonhole.evaluation.decisions.ScopeReplicates;
import io.pigeonhole.evaluation.decisions.ScopeScan;
import io.pigeonhole.evaluation.predictions.PredictionScan;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.settings.EvaluationErrors;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.PairedCounts;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.unknown.UnknownCounts;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.Taxonomy;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;

/**
 * Two sets of predictions, counted with the same bootstrap weights: an example has the same weights on both sides, so
 * replicates are paired wherever examples are.
 *
 * @param first what is summed over the rows and classes of one side; {@code second} that of the other
 * @param classes for each class, its rows by which side is right; empty unless both sides have the same examples
 */
public record ComparedSides(ScopeReplicates first, ScopeReplicates second, Map<String, PairedCounts> classes) {

    private static final String FIRST = "first";
    private static final String SECOND = "second";
    private static final String CLASS = "class";

    /** Counts the predictions of one model version alone, as the second side. */
    public static ScopeReplicates alone(Dataset<Row> predictions, EvaluationSpec spec) {
        return Optional.ofNullable(replicates(named(predictions, SECOND, columns(predictions)), spec)
                        .get(SECOND))
                .orElseThrow(EvaluationErrors::noLabelledRows);
    }

    /**
     * Counts both sides on the labelled examples that both have under the same label; empty if they have none in
     * common.
     *
     * @throws PipelineException (data contract) if an example occurs twice
     */
    public static Optional<ComparedSides> onSameExamples(Dataset<Row> first, Dataset<Row> second, EvaluationSpec spec) {
        Dataset<Row> pairs = pairs(first, second).persist(StorageLevel.MEMORY_AND_DISK());
        try {
            requireOnePerExample(pairs);
            Dataset<Row> examples = pairs.select(Predictions.EXAMPLE_ID);
            return onTheirOwn(
                            first.join(examples, Predictions.EXAMPLE_ID),
                            second.join(examples, Predictions.EXAMPLE_ID),
                            spec)
                    .map(sides -> new ComparedSides(sides.first(), sides.second(), classes(pairs)));
        } finally {
            pairs.unpersist();
        }
    }

    /** Counts each side on all of its labelled examples; empty if one has none. */
    static Optional<ComparedSides> onTheirOwn(Dataset<Row> first, Dataset<Row> second, EvaluationSpec spec) {
        Set<String> common = new HashSet<>(columns(first));
        common.retainAll(columns(second));
        Map<String, ScopeReplicates> sides =
                replicates(named(first, FIRST, common).unionByName(named(second, SECOND, common)), spec);
        return sides.size() < 2
                ? Optional.empty()
                : Optional.of(new ComparedSides(
                        Objects.requireNonNull(sides.get(FIRST)), Objects.requireNonNull(sides.get(SECOND)), Map.of()));
    }

    private static Map<String, ScopeReplicates> replicates(Dataset<Row> named, EvaluationSpec spec) {
        PredictionScan scan =
                PredictionScan.of(named, Taxonomy.flat(List.of()), names -> List.of(new DecisionBlocks(names)));
        return ScopeScan.replicates(scan.blocks(0), spec, Predictions.mayBeUnknown(named)).collect().stream()
                .collect(Collectors.toMap(scope -> scope._1.model(), scope -> scope._2));
    }

    /**
     * The columns of decisions between the classes and of the bootstrap's units, without levels of a taxonomy and
     * slices.
     */
    private static Set<String> columns(Dataset<Row> predictions) {
        Set<String> known = new HashSet<>(Arrays.asList(Predictions.SCHEMA.fieldNames()));
        known.remove(Predictions.LEVELS);
        known.add(Predictions.GROUP);
        known.add(Predictions.UNKNOWN_SCORE);
        known.retainAll(Arrays.asList(predictions.columns()));
        return known;
    }

    private static Dataset<Row> named(Dataset<Row> predictions, String side, Set<String> columns) {
        return predictions
                .select(columns.stream().sorted().map(name -> col(name)).toArray(Column[]::new))
                .withColumn(Predictions.MODEL, lit(side))
                .withColumn(Predictions.VERSION, lit(1))
                .withColumn(Predictions.SPLIT, lit(EvaluationKey.ALL));
    }

    /**
     * For each metric of rows of no class, its rows by which side is right, on the labelled examples that both have. A row of
     * no class is one that is so on the second side, as the classes of an earlier version may have been others.
     *
     * @throws PipelineException (data contract) if an example occurs twice
     */
    public static Map<String, PairedCounts> ofUnknown(Dataset<Row> first, Dataset<Row> second) {
        Column isUnknown = coalesce(col(Predictions.IS_UNKNOWN), lit(false));
        Dataset<Row> kinds = second.select(col(Predictions.EXAMPLE_ID), isUnknown.as(Predictions.IS_UNKNOWN));
        Dataset<Row> pairs =
                pairs(first, second).join(kinds, Predictions.EXAMPLE_ID).persist(StorageLevel.MEMORY_AND_DISK());
        try {
            requireOnePerExample(pairs);
            Column ofNone = col(Predictions.IS_UNKNOWN);
            List<Column> found = counts(ofNone, isRejected(FIRST), isRejected(SECOND));
            Map<String, List<Column>> metrics = new TreeMap<>(Map.of(
                    UnknownCounts.RECALL, found,
                    UnknownCounts.PRECISION, found,
                    UnknownCounts.LOSS, counts(not(ofNone), isRejected(FIRST), isRejected(SECOND)),
                    UnknownCounts.IN_SCOPE_ACCURACY, counts(not(ofNone), isOfClass(FIRST), isOfClass(SECOND)),
                    UnknownCounts.OPEN_ACCURACY, counts(lit(true), isRight(FIRST), isRight(SECOND))));
            List<Column> all = metrics.values().stream().flatMap(List::stream).toList();
            Row row = pairs.agg(lit(0), all.toArray(Column[]::new)).first();
            Map<String, PairedCounts> counts = new TreeMap<>();
            metrics.keySet().forEach(metric -> counts.put(metric, counts(row, 1 + counts.size() * found.size())));
            return counts;
        } finally {
            pairs.unpersist();
        }
    }

    private static Column isRejected(String side) {
        return col(side).equalTo(Predictions.UNKNOWN);
    }

    private static Column isOfClass(String side) {
        return not(col(Predictions.IS_UNKNOWN)).and(col(side).equalTo(col(Predictions.LABEL)));
    }

    private static Column isRight(String side) {
        return isOfClass(side).or(col(Predictions.IS_UNKNOWN).and(isRejected(side)));
    }

    private static Dataset<Row> pairs(Dataset<Row> first, Dataset<Row> second) {
        Dataset<Row> ofFirst = first.select(
                text(Predictions.EXAMPLE_ID),
                text(Predictions.LABEL),
                text(Predictions.PREDICTED).as(FIRST));
        Dataset<Row> ofSecond = second.select(
                text(Predictions.EXAMPLE_ID).as("id_of_second"),
                text(Predictions.LABEL).as("label_of_second"),
                text(Predictions.PREDICTED).as(SECOND));
        Column same = col(Predictions.EXAMPLE_ID)
                .equalTo(col("id_of_second"))
                .and(col(Predictions.LABEL).equalTo(col("label_of_second")));
        return ofFirst.join(ofSecond, same)
                .select(col(Predictions.EXAMPLE_ID), col(Predictions.LABEL), col(FIRST), col(SECOND));
    }

    private static Column text(String column) {
        return col(column).cast(DataTypes.StringType).as(column);
    }

    private static void requireOnePerExample(Dataset<Row> pairs) {
        pairs.groupBy(Predictions.EXAMPLE_ID)
                .count()
                .where("count > 1")
                .orderBy(Predictions.EXAMPLE_ID)
                .takeAsList(1)
                .forEach(row -> {
                    throw EvaluationErrors.repeatedExample(row.getString(0));
                });
    }

    private static Map<String, PairedCounts> classes(Dataset<Row> pairs) {
        Column labelled = col(Predictions.LABEL).equalTo(col(CLASS));
        Column byFirst = col(FIRST).equalTo(col(CLASS));
        Column bySecond = col(SECOND).equalTo(col(CLASS));
        Column concerned = array_distinct(array(col(Predictions.LABEL), col(FIRST), col(SECOND)));
        Map<String, PairedCounts> classes = new TreeMap<>();
        pairs.withColumn(CLASS, explode(concerned))
                .groupBy(CLASS)
                .agg(lit(0), counts(labelled, byFirst, bySecond).toArray(Column[]::new))
                .collectAsList()
                .forEach(row -> classes.put(row.getString(0), counts(row, 2)));
        return classes;
    }

    /** The components of {@link PairedCounts}, in their order. */
    private static List<Column> counts(Column labelled, Column byFirst, Column bySecond) {
        return List.of(
                count_if(labelled.and(byFirst).and(bySecond)),
                count_if(labelled.and(byFirst).and(not(bySecond))),
                count_if(labelled.and(not(byFirst)).and(bySecond)),
                count_if(labelled.and(not(byFirst)).and(not(bySecond))),
                count_if(not(labelled).and(byFirst).and(bySecond)),
                count_if(not(labelled).and(byFirst).and(not(bySecond))),
                count_if(not(labelled).and(not(byFirst)).and(bySecond)));
    }

    private static PairedCounts counts(Row row, int at) {
        return new PairedCounts(
                count(row, at),
                count(row, at + 1),
                count(row, at + 2),
                count(row, at + 3),
                count(row, at + 4),
                count(row, at + 5),
                count(row, at + 6));
    }

    private static double count(Row row, int at) {
        return (double) row.getLong(at);
    }

    /** Support, predictions and correct predictions of each class on one side. */
    public static Map<String, PairedCounts.Side> tallies(ScopeReplicates scope) {
        Map<String, PairedCounts.Side> tallies = new TreeMap<>();
        for (ClassCounts counts : scope.classes) {
            tallies.put(
                    counts.label(),
                    new PairedCounts.Side(
                            (double) counts.support(), (double) counts.predicted(), (double) counts.correct()));
        }
        return tallies;
    }
}
