package io.pigeonhole.evaluation;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.udf;

import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;

/** What to look at first in evaluation tables, just computed or read back; further columns are kept. */
public final class EvaluationViews {

    private EvaluationViews() {}

    /** For each model version, split, slice and level, the sufficiently supported classes of lowest F1, worst first. */
    public static Dataset<Row> worstClasses(Dataset<Row> perClass, int count) {
        return first(
                perClass.where(col(EvaluationPerClass.SUFFICIENT_SUPPORT)),
                count,
                col(EvaluationPerClass.F1).asc(),
                col(EvaluationPerClass.SUPPORT).desc(),
                col(EvaluationPerClass.LABEL).asc());
    }

    /** For each model version, split, slice and level, the pairs of different classes most often confused. */
    public static Dataset<Row> topConfusions(Dataset<Row> confusion, int count) {
        return first(
                confusion.where(col(EvaluationConfusion.TRUE_LABEL).notEqual(col(EvaluationConfusion.PREDICTED_LABEL))),
                count,
                col(EvaluationConfusion.COUNT).desc(),
                col(EvaluationConfusion.RATE).desc(),
                col(EvaluationConfusion.TRUE_LABEL).asc(),
                col(EvaluationConfusion.PREDICTED_LABEL).asc());
    }

    /**
     * The cells of class and slice whose recall is lower than that of the class outside the slice, most certain first, with
     * {@code class_recall}, {@code p_value} (one-sided exact test of Fisher, of the slice against the whole class) and {@code
     * q_value}: of the cells up to a q, a share of at most q is expected to be there by chance. It is adjusted after Y.
     * Benjamini and Y. Hochberg, "Controlling the false discovery rate", Journal of the Royal Statistical Society B 57,
     * 1995, among all sufficiently supported cells of a model version, split and level; slices may overlap as far as their
     * tests depend on each other positively.
     *
     * @param perClass the per-class table, with the whole split and its slices
     * @param falseDiscoveryRate largest q to show, such as 0.05
     */
    public static Dataset<Row> weakest(Dataset<Row> perClass, double falseDiscoveryRate) {
        String[] family = {
            EvaluationKey.MODEL,
            EvaluationKey.VERSION,
            EvaluationKey.SPLIT,
            EvaluationKey.LEVEL,
            EvaluationPerClass.LABEL
        };
        Dataset<Row> classes = perClass.where(col(EvaluationKey.SLICE).equalTo(EvaluationKey.ALL))
                .select(Stream.concat(
                                Arrays.stream(family).map(name -> col(name)),
                                Stream.of(
                                        col(EvaluationPerClass.SUPPORT).as("class_support"),
                                        col("tp").as("class_tp"),
                                        col(EvaluationPerClass.RECALL).as("class_recall")))
                        .toArray(Column[]::new));
        Column chance = udf(new FisherExact(), DataTypes.DoubleType)
                .apply(col("tp"), col(EvaluationPerClass.SUPPORT), col("class_tp"), col("class_support"));
        Column[] tests = Arrays.stream(family).limit(4).map(name -> col(name)).toArray(Column[]::new);
        Column[] order = {col("p_value"), col(EvaluationPerClass.LABEL), col(EvaluationKey.SLICE)};
        WindowSpec byChance = Window.partitionBy(tests).orderBy(order);
        Column adjusted = col("p_value")
                .multiply(count(lit(1)).over(Window.partitionBy(tests)))
                .divide(row_number().over(byChance));
        Column[] shown = Stream.concat(
                        EvaluationKey.COLUMNS.stream(),
                        Stream.of(
                                "label",
                                "support",
                                "tp",
                                "recall",
                                "recall_low",
                                "recall_high",
                                "class_recall",
                                "p_value"))
                .map(name -> col(name))
                .toArray(Column[]::new);
        return perClass.where(col(EvaluationKey.SLICE)
                        .notEqual(EvaluationKey.ALL)
                        .and(col(EvaluationPerClass.SUFFICIENT_SUPPORT))
                        .and(col(EvaluationPerClass.SUPPORT).gt(0)))
                .join(classes, family)
                .withColumn("p_value", chance)
                .select(shown)
                .withColumn("q_value", adjusted)
                .withColumn(
                        "q_value",
                        min("q_value").over(byChance.rowsBetween(Window.currentRow(), Window.unboundedFollowing())))
                .where(col("q_value").leq(falseDiscoveryRate))
                .orderBy(Stream.concat(Arrays.stream(tests), Arrays.stream(order))
                        .toArray(Column[]::new));
    }

    private static Dataset<Row> first(Dataset<Row> rows, int count, Column... order) {
        Column[] key = EvaluationKey.COLUMNS.stream().map(name -> col(name)).toArray(Column[]::new);
        String rank = "view_rank";
        Column[] keyAndRank =
                Stream.concat(Stream.of(key), Stream.of(col(rank))).toArray(Column[]::new);
        return rows.withColumn(rank, row_number().over(Window.partitionBy(key).orderBy(order)))
                .where(col(rank).leq(count))
                .orderBy(keyAndRank)
                .drop(rank);
    }
}
