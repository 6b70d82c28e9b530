package io.pigeonhole.transforms.resampling;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sequence;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.PipelineException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.StructType;

/**
 * Resampled training rows. The rows of a class are ordered by a hash of their ids, so that the same rows are repeated
 * and left out on any number of partitions. A row that was added has the fold, the path and the weight of the row that
 * it comes from, and neighbours are sought within class and fold, so no fold learns from the rows of another.
 *
 * @param rows the rows; those that were added have a new {@code example_id} with a number after {@code #}
 * @param classes the classes, before and after
 */
public record Resampled(Dataset<Row> rows, List<ClassShare> classes) {

    private static final String ID = "example_id";
    private static final String LABEL = "label";
    private static final String WEIGHT = "weight";
    private static final String RANK = "__rank";
    private static final String COPIES = "__copies";
    private static final String COPY = "__copy";

    public Resampled {
        classes = List.copyOf(classes);
    }

    /**
     * Resamples rows.
     *
     * @param rows rows of {@code example_id, label, weight, fold} and others; read several times
     * @param features column of vectors, for SMOTE
     * @throws PipelineException (configuration) if SMOTE should add rows and the features are no vectors
     */
    public static Resampled of(Dataset<Row> rows, String features, Resampling how, long seed) {
        List<Row> before = perClass(rows);
        long target = how.target(before.stream().map(row -> row.getLong(1)).toList());
        List<Quota> quotas = before.stream()
                .map(row -> new Quota(row.getString(0), row.getLong(1), how.after(row.getLong(1), target)))
                .toList();
        Dataset<Row> copied = copied(rows, quotas, seed);
        Dataset<Row> resampled = (how.makesRows()
                        ? between(copied, features, growing(quotas), how.neighbours(), seed)
                        : copied)
                .withColumn(ID, when(col(COPY).equalTo(0), col(ID)).otherwise(concat(col(ID), lit("#"), col(COPY))));
        Dataset<Row> inOrder = resampled.select(
                Arrays.stream(rows.columns()).map(Columns::named).toArray(Column[]::new));
        return new Resampled(inOrder, shares(before, perClass(inOrder)));
    }

    /** The rows of a class, and how many there should be. */
    private record Quota(String label, long rows, long wanted) {}

    /** Rows of label, number and sum of weights, by label. */
    private static List<Row> perClass(Dataset<Row> rows) {
        return rows.groupBy(LABEL).agg(count(lit(1)), sum(WEIGHT)).collectAsList().stream()
                .sorted(Comparator.comparing(row -> row.getString(0)))
                .toList();
    }

    /** Each row as often as it is wanted: copy 0 is the row itself. */
    private static Dataset<Row> copied(Dataset<Row> rows, List<Quota> quotas, long seed) {
        List<Row> wanted = quotas.stream()
                .map(quota ->
                        RowFactory.create(quota.label(), quota.wanted() / quota.rows(), quota.wanted() % quota.rows()))
                .toList();
        Dataset<Row> copies = rows.sparkSession()
                .createDataFrame(wanted, StructType.fromDDL("label STRING, each BIGINT, more BIGINT"));
        Column rank = row_number().over(Window.partitionBy(LABEL).orderBy(xxhash64(lit(seed), col(ID)), col(ID)));
        return rows.withColumn(RANK, rank)
                .join(broadcast(copies), LABEL)
                .withColumn(
                        COPIES,
                        col("each").plus(when(col(RANK).leq(col("more")), 1).otherwise(0)))
                .filter(col(COPIES).gt(0))
                .withColumn(COPY, explode(sequence(lit(0L), col(COPIES).minus(1))))
                .drop(RANK, COPIES, "each", "more");
    }

    /** The classes that get more rows. */
    private static Object[] growing(List<Quota> quotas) {
        return quotas.stream()
                .filter(quota -> quota.wanted() > quota.rows())
                .map(Quota::label)
                .toArray();
    }

    /** The rows with the vectors of all copies moved towards a neighbour. */
    private static Dataset<Row> between(
            Dataset<Row> copied, String features, Object[] growing, int neighbours, long seed) {
        StructType schema = copied.schema();
        if (!schema.apply(features).dataType().equals(SQLDataTypes.VectorType())) {
            throw PipelineException.configuration("resampling.over = smote makes rows between vectors of features, but"
                    + " this model reads the column '" + features + "' itself. Use over = repeat.");
        }
        Smote smote = new Smote(
                schema.fieldIndex(ID), schema.fieldIndex(COPY), schema.fieldIndex(features), neighbours, seed);
        JavaRDD<Row> made = copied.filter(col(LABEL).isin(growing))
                .javaRDD()
                .groupBy(new ClassAndFold(schema.fieldIndex(LABEL), schema.fieldIndex("fold")))
                .values()
                .flatMap(smote);
        return copied.filter(not(col(LABEL).isin(growing)))
                .unionByName(copied.sparkSession().createDataFrame(made, schema));
    }

    private record ClassAndFold(int label, int fold) implements Function<Row, String> {

        @Override
        public String call(Row row) {
            return row.get(fold) + " " + row.getString(label);
        }
    }

    /** No class loses all its rows, so both lists have the same classes in the same order. */
    private static List<ClassShare> shares(List<Row> before, List<Row> after) {
        return IntStream.range(0, before.size())
                .mapToObj(k -> new ClassShare(
                        before.get(k).getString(0),
                        before.get(k).getLong(1),
                        after.get(k).getLong(1),
                        before.get(k).getDouble(2),
                        after.get(k).getDouble(2)))
                .toList();
    }
}
