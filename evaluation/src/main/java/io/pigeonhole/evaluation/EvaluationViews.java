package io.pigeonhole.evaluation;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;

import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

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
