package io.pigeonhole.evaluation.means;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.evaluation.predictions.BootstrapUnit;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.predictions.SliceColumn;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.Bootstrap;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.FixedPoint;
import io.pigeonhole.evaluation.statistics.PoissonWeights;
import io.pigeonhole.evaluation.statistics.WeightedSums;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Means of several numbers over the rows of a group, and what each has above each other one, with the intervals of one
 * paired bootstrap: a replicate draws a row for all numbers alike.
 *
 * @param group null for all rows of the key together
 * @param means in the order of the numbers
 * @param differences at {@code (i, j)} mean i less mean j
 */
public record GroupMeans(
        EvaluationKey key, @Nullable String group, long rows, List<Estimate> means, List<List<Estimate>> differences)
        implements Serializable {

    /** Column with the name of the group; the columns of the key stand before it. */
    public static final String GROUP = "group_of_means";
    /** Column of a whole number that names what the bootstrap draws. */
    public static final String UNIT = BootstrapUnit.COLUMN;
    /** Column of the numbers: an array of doubles, as many in each row, none below 0 or above 2^6. */
    public static final String VALUES = "values";

    /**
     * The means of all groups and keys, in one scan; the same bits in any order and partitioning of the rows. Memory holds
     * the replicates of one group at a time.
     *
     * @param rows with the columns of the key, {@link #GROUP}, {@link #UNIT} and {@link #VALUES}
     * @return in the order of keys, and within a key of groups, all rows together first
     */
    public static List<GroupMeans> of(Dataset<Row> rows, EvaluationSpec spec) {
        Column[] keyAndGroup = Stream.concat(EvaluationKey.COLUMNS.stream(), Stream.of(GROUP))
                .map(name -> col(name))
                .toArray(Column[]::new);
        Column[] columns = Stream.concat(Stream.of(keyAndGroup), Stream.of(col(UNIT), col(VALUES)))
                .toArray(Column[]::new);
        return rows
                .select(columns)
                .repartition(keyAndGroup)
                .sortWithinPartitions(keyAndGroup)
                .toJavaRDD()
                .mapPartitionsToPair(new Scan(spec))
                .reduceByKey(Part::merge)
                .map(part -> part._2.finished(part._1, spec))
                .collect()
                .stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparing(GroupMeans::key)
                        .thenComparing(GroupMeans::group, Comparator.nullsFirst(Comparator.naturalOrder())))
                .toList();
    }

    /** Labelled predictions, once for each slice, with all of these columns but the values: a group for each class. */
    static Dataset<Row> byLabel(Dataset<Row> predictions) {
        Set<String> present = Set.copyOf(Arrays.asList(predictions.columns()));
        return predictions
                .where(col(Predictions.LABEL).isNotNull())
                .withColumn(EvaluationKey.MODEL, text(EvaluationKey.MODEL))
                .withColumn(EvaluationKey.VERSION, col(EvaluationKey.VERSION).cast(DataTypes.IntegerType))
                .withColumn(EvaluationKey.SPLIT, text(EvaluationKey.SPLIT))
                .withColumn(EvaluationKey.SLICE, explode(SliceColumn.of(present)))
                .withColumn(EvaluationKey.LEVEL, lit(EvaluationKey.LEAF))
                .withColumn(GROUP, text(Predictions.LABEL))
                .withColumn(UNIT, BootstrapUnit.unit(present));
    }

    private static Column text(String column) {
        return col(column).cast(DataTypes.StringType);
    }

    /**
     * The first of the first {@code count} numbers whose mean is below all before it, and not clearly above the least of
     * them: the interval of the difference reaches down to 0.
     */
    public int firstNotAboveLeast(int count) {
        int least = 0;
        for (int i = 1; i < count; i++) {
            least = means.get(i).value() < means.get(least).value() ? i : least;
        }
        double before = Double.POSITIVE_INFINITY;
        for (int i = 0; i < least; i++) {
            double mean = means.get(i).value();
            if (mean < before && differences.get(i).get(least).low() <= 0) {
                return i;
            }
            before = Math.min(before, mean);
        }
        return least;
    }

    /** Sums in the data (index 0) and in every replicate. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sums(long[] rows, long[][] values) implements Serializable {

        Sums(int numbers, int length) {
            this(new long[length], new long[numbers][length]);
        }

        void add(List<Double> row, int[] weights) {
            WeightedSums.add(rows, weights, 1);
            for (int i = 0; i < values.length; i++) {
                WeightedSums.add(values[i], weights, FixedPoint.of(row.get(i)));
            }
        }

        void add(Sums other) {
            WeightedSums.add(rows, other.rows);
            for (int i = 0; i < values.length; i++) {
                WeightedSums.add(values[i], other.values[i]);
            }
        }

        GroupMeans finished(EvaluationKey key, @Nullable String group, Bootstrap bootstrap) {
            List<Estimate> means = new ArrayList<>();
            List<List<Estimate>> differences = new ArrayList<>();
            long[] nothing = new long[rows.length];
            for (long[] each : values) {
                means.add(mean(each, nothing, bootstrap));
                differences.add(Stream.of(values)
                        .map(other -> mean(each, other, bootstrap))
                        .toList());
            }
            return new GroupMeans(key, group, rows[0], List.copyOf(means), List.copyOf(differences));
        }

        private Estimate mean(long[] sums, long[] less, Bootstrap bootstrap) {
            double[] replicates = new double[rows.length - 1];
            int count = 0;
            for (int i = 1; i < rows.length; i++) {
                if (rows[i] > 0) {
                    replicates[count++] = FixedPoint.toDouble(sums[i] - less[i]) / rows[i];
                }
            }
            return bootstrap.estimate(FixedPoint.toDouble(sums[0] - less[0]) / rows[0], replicates, count);
        }
    }

    /**
     * What is known of a key: its finished groups, and the sums over their rows.
     *
     * @param groups lists that are added to
     */
    private record Part(List<GroupMeans> groups, Sums total) implements Serializable {

        Part merge(Part other) {
            groups.addAll(other.groups);
            total.add(other.total);
            return this;
        }

        List<GroupMeans> finished(EvaluationKey key, EvaluationSpec spec) {
            List<GroupMeans> all = new ArrayList<>(groups);
            all.add(total.finished(key, null, new Bootstrap(spec.confidenceLevel())));
            return all;
        }
    }

    /** The one scan over rows sorted by key and group; a group is finished when the next one begins. */
    private static final class Scan implements PairFlatMapFunction<Iterator<Row>, EvaluationKey, Part> {

        private static final long serialVersionUID = 1L;

        private final EvaluationSpec spec;

        Scan(EvaluationSpec spec) {
            this.spec = spec;
        }

        @Override
        public Iterator<Tuple2<EvaluationKey, Part>> call(Iterator<Row> rows) {
            Walk walk = new Walk(spec);
            while (rows.hasNext()) {
                walk.take(rows.next());
            }
            walk.finishGroup();
            return walk.parts.iterator();
        }
    }

    private static final class Walk {

        private static final int GROUP_AT = 5;

        private final PoissonWeights poisson;
        private final Bootstrap bootstrap;
        private final int[] weights;
        private final List<Tuple2<EvaluationKey, Part>> parts = new ArrayList<>();
        private @Nullable EvaluationKey key;
        private @Nullable String group;
        private Sums sums = new Sums(0, 0);

        Walk(EvaluationSpec spec) {
            this.poisson = new PoissonWeights(spec.seed());
            this.bootstrap = new Bootstrap(spec.confidenceLevel());
            this.weights = new int[spec.bootstrapReplicates() + 1];
        }

        void take(Row row) {
            EvaluationKey current = EvaluationKey.fromRow(row);
            List<Double> values = row.getList(GROUP_AT + 2);
            if (!current.equals(key) || !row.getString(GROUP_AT).equals(group)) {
                finishGroup();
                if (!current.equals(key)) {
                    parts.add(new Tuple2<>(
                            current, new Part(new ArrayList<>(), new Sums(values.size(), weights.length))));
                }
                key = current;
                group = row.getString(GROUP_AT);
                sums = new Sums(values.size(), weights.length);
            }
            poisson.fill(row.getLong(GROUP_AT + 1), weights);
            sums.add(values, weights);
        }

        void finishGroup() {
            if (key != null) {
                Part part = parts.get(parts.size() - 1)._2;
                part.groups.add(sums.finished(key, group, bootstrap));
                part.total.add(sums);
            }
        }
    }
}
