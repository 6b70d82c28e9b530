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
 * Means of several numbers over the rows of a group, and the differences between these means, with the intervals of a
 * paired bootstrap: in a replicate, a row has the same weight for all numbers.
 *
 * @param group null for all rows of the key together
 * @param means in the order of the numbers
 * @param differences at {@code (i, j)} mean i minus mean j
 */
public record GroupMeans(
        EvaluationKey key, @Nullable String group, long rows, List<Estimate> means, List<List<Estimate>> differences)
        implements Serializable {

    /** Column with the name of the group; the columns of the key come before it. */
    public static final String GROUP = "group_of_means";
    /** Column with a whole number that identifies the unit which the bootstrap draws. */
    public static final String UNIT = BootstrapUnit.COLUMN;
    /** Column with the numbers: an array of doubles, of the same length in each row, each between 0 and 2^6. */
    public static final String VALUES = "values";

    /**
     * Computes the means of all groups and keys in one scan; the bits do not depend on the order and partitioning of
     * the rows. Memory holds the replicates of one group at a time.
     *
     * @param rows with the columns of the key, {@link #GROUP}, {@link #UNIT} and {@link #VALUES}
     * @return sorted by key, then by group, with the means over all rows of a key first
     */
    public static List<GroupMeans> of(Dataset<Row> rows, EvaluationSpec spec) {
        Column[] keyAndGroup = EvaluationKey.columns(GROUP);
        return rows
                .select(EvaluationKey.columns(GROUP, UNIT, VALUES))
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

    /** Labelled predictions, once for each slice, with all of these columns but the values; each class is a group. */
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
     * Of the first {@code count} numbers, the index of the first whose mean is below all before it and not
     * significantly above the smallest one: the interval of the difference includes 0.
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
     * The results of a key: its complete groups, and the sums over their rows.
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

    /** Scans rows sorted by key and group; a group is complete when the next one begins. */
    private static final class Scan implements PairFlatMapFunction<Iterator<Row>, EvaluationKey, Part> {

        private static final long serialVersionUID = 1L;

        private final EvaluationSpec spec;

        Scan(EvaluationSpec spec) {
            this.spec = spec;
        }

        @Override
        public Iterator<Tuple2<EvaluationKey, Part>> call(Iterator<Row> rows) {
            Accumulator accumulator = new Accumulator(spec);
            while (rows.hasNext()) {
                accumulator.take(rows.next());
            }
            accumulator.finishGroup();
            return accumulator.parts.iterator();
        }
    }

    private static final class Accumulator {

        private static final int GROUP_AT = EvaluationKey.COLUMNS.size();
        private static final int UNIT_AT = GROUP_AT + 1;
        private static final int VALUES_AT = GROUP_AT + 2;

        private final PoissonWeights poisson;
        private final Bootstrap bootstrap;
        private final int[] weights;
        private final List<Tuple2<EvaluationKey, Part>> parts = new ArrayList<>();
        private @Nullable EvaluationKey key;
        private @Nullable String group;
        private Sums sums = new Sums(0, 0);

        Accumulator(EvaluationSpec spec) {
            this.poisson = new PoissonWeights(spec.seed());
            this.bootstrap = new Bootstrap(spec.confidenceLevel());
            this.weights = new int[spec.bootstrapReplicates() + 1];
        }

        void take(Row row) {
            EvaluationKey current = EvaluationKey.fromRow(row);
            List<Double> values = row.getList(VALUES_AT);
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
            poisson.fill(row.getLong(UNIT_AT), weights);
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
