package io.pigeonhole.evaluation;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.row_number;

import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/** Views of evaluation tables, computed or read back, that show what to look at first; additional columns are kept. */
public final class EvaluationViews {

    /** The false discovery rate that the project's report uses for {@link #weakest}. */
    public static final double FALSE_DISCOVERY_RATE = 0.05;

    private EvaluationViews() {}

    /**
     * For each model version, split, slice and level: the classes of lowest F1 among those with sufficient support,
     * worst first.
     */
    public static Dataset<Row> worstClasses(Dataset<Row> perClass, int count) {
        return foremost(
                perClass.where(col(EvaluationPerClass.SUFFICIENT_SUPPORT)),
                count,
                col(EvaluationPerClass.F1).asc(),
                col(EvaluationPerClass.SUPPORT).desc(),
                col(EvaluationPerClass.LABEL).asc());
    }

    /** For each model version, split, slice and level: the pairs of different classes that are confused most often. */
    public static Dataset<Row> topConfusions(Dataset<Row> confusion, int count) {
        return foremost(
                confusion.where(col(EvaluationConfusion.TRUE_LABEL).notEqual(col(EvaluationConfusion.PREDICTED_LABEL))),
                count,
                col(EvaluationConfusion.COUNT).desc(),
                col(EvaluationConfusion.RATE).desc(),
                col(EvaluationConfusion.TRUE_LABEL).asc(),
                col(EvaluationConfusion.PREDICTED_LABEL).asc());
    }

    /**
     * The combinations of class and slice whose recall is significantly lower than outside the slice, smallest q first,
     * with the recall of the whole class as {@code class_recall}.
     *
     * @param perClass the per-class table, with the whole split and its slices
     * @param falseDiscoveryRate largest q to show, such as 0.05: the expected share of false findings among those shown
     *     is at most this
     */
    public static Dataset<Row> weakest(Dataset<Row> perClass, double falseDiscoveryRate) {
        String[] cell = {
            EvaluationKey.MODEL,
            EvaluationKey.VERSION,
            EvaluationKey.SPLIT,
            EvaluationKey.LEVEL,
            EvaluationPerClass.LABEL
        };
        Column[] order = Stream.concat(
                        Arrays.stream(cell).limit(4),
                        Stream.of(
                                EvaluationPerClass.SLICE_Q_VALUE,
                                EvaluationPerClass.SLICE_P_VALUE,
                                EvaluationPerClass.LABEL,
                                EvaluationKey.SLICE))
                .map(name -> col(name))
                .toArray(Column[]::new);
        Dataset<Row> classes = perClass.where(col(EvaluationKey.SLICE).equalTo(EvaluationKey.ALL))
                .select(Stream.concat(
                                Arrays.stream(cell).map(name -> col(name)),
                                Stream.of(col(EvaluationPerClass.RECALL).as("class_recall")))
                        .toArray(Column[]::new));
        return perClass.where(col(EvaluationPerClass.SLICE_Q_VALUE).leq(falseDiscoveryRate))
                .join(classes, cell)
                .orderBy(order);
    }

    /**
     * For each model version, split and level: the clusters with the most confusion, with their classes in one column.
     */
    public static Dataset<Row> topClusters(Dataset<Row> clusters, int count) {
        Column[] cluster = EvaluationKey.columns(EvaluationClusters.CLUSTER);
        return clusters.where(col(EvaluationClusters.CLUSTER).leq(count))
                .groupBy(cluster)
                .agg(
                        array_sort(collect_list(EvaluationClusters.LABEL)).as("labels"),
                        Stream.of("support", "errors", "errors_within", "within_rate", "recall", "merged_recall")
                                .map(name -> first(col(name)).as(name))
                                .toArray(Column[]::new))
                .orderBy(cluster);
    }

    private static Dataset<Row> foremost(Dataset<Row> rows, int count, Column... order) {
        String rank = "view_rank";
        return rows.withColumn(
                        rank,
                        row_number()
                                .over(Window.partitionBy(EvaluationKey.columns())
                                        .orderBy(order)))
                .where(col(rank).leq(count))
                .orderBy(EvaluationKey.columns(rank))
                .drop(rank);
    }
}
