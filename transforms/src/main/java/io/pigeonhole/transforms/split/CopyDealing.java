package io.pigeonhole.transforms.split;

import static io.pigeonhole.transforms.Columns.CONTENT_KEY;
import static io.pigeonhole.transforms.Columns.EXAMPLE_ID;
import static io.pigeonhole.transforms.Columns.FOLD;
import static io.pigeonhole.transforms.Columns.LABEL;
import static io.pigeonhole.transforms.Columns.SPLIT;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.Iterator;
import java.util.Optional;
import java.util.Spliterators;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Deals rows so that rows of a class with equal features go to one split and one fold. First all rows are dealt one by
 * one, as {@link RowDealing} does; rows without a copy get this split. Then each content of a class with several rows is
 * dealt as a whole, by the rows that the class has with the splits of the others. The order of the contents is that of a
 * hash, whatever their size: if the frequent ones came first, they would be rarer in test than in the data. A content that
 * already has a place gets no other.
 */
final class CopyDealing {

    private static final StructType DEALT =
            StructType.fromDDL("example_id STRING, label STRING, split STRING, fold INT");

    private static final String OLD = "old";
    private static final String HASH = "hash";
    private static final String MEMBERS = "members";
    private static final String PLACE = "place";

    /** Kinds of the rows that a class is dealt by, in their order. */
    private static final int EARLIER = 0;

    private static final int SINGLE = 1;
    private static final int COPY_COUNTED = 2;
    private static final int COPY = 3;

    private CopyDealing() {}

    /**
     * Gives each new row a split and a fold.
     *
     * @param rows example_id, label, content_key, and the split if it is already settled, else null
     * @param dealt label, content_key, split and fold of the rows dealt earlier
     */
    static Dataset<Row> deal(Dataset<Row> rows, Dataset<Row> dealt, SplitSpec spec) {
        Dataset<Row> later = byContent(rows, dealt, spec)
                .where(col(OLD).equalTo(false))
                .select(explode(turns()).as("turn"))
                .select("turn.*");
        return earlier(dealt)
                .union(later)
                .repartition(col("dealt_in"))
                .sortWithinPartitions(
                        col("dealt_in"),
                        col("kind").equalTo(COPY),
                        col("kind").notEqual(EARLIER),
                        col("first"),
                        col("second"),
                        col(CONTENT_KEY),
                        col(EXAMPLE_ID))
                .mapPartitions(new Deal(spec.shares(), spec.folds()), Encoders.row(DEALT));
    }

    /** All rows with what is known of their content in their class: its place, and its new rows that have no split yet. */
    private static Dataset<Row> byContent(Dataset<Row> rows, Dataset<Row> dealt, SplitSpec spec) {
        Dataset<Row> all = dealt.select(
                        lit(null).cast("string").as(EXAMPLE_ID),
                        col(LABEL),
                        col(SPLIT),
                        col(FOLD),
                        col(CONTENT_KEY),
                        lit(true).as(OLD))
                .union(rows.select(
                        col(EXAMPLE_ID), col(LABEL), col(SPLIT), lit(null).cast("int"), col(CONTENT_KEY), lit(false)))
                .withColumn(HASH, xxhash64(lit(spec.seed()), col(EXAMPLE_ID)));
        WindowSpec sameContent = Window.partitionBy(CONTENT_KEY, LABEL);
        Column free = col(SPLIT).isNull();
        return all.withColumn(PLACE, min(place(spec)).over(sameContent))
                .withColumn(MEMBERS, count(when(free, 1)).over(sameContent))
                .withColumn("unit", min(when(free, col(HASH))).over(sameContent));
    }

    /** The place of a row, of a split that rows are dealt to, in the order of the splits; null if it has none. */
    private static Column place(SplitSpec spec) {
        double[] shares = spec.shares();
        Column order = lit(null).cast("int");
        for (Split split : Split.values()) {
            order = shares[split.place] > 0
                    ? when(col(SPLIT).equalTo(split.code()), split.place).otherwise(order)
                    : order;
        }
        // a place without a fold comes last
        return when(
                order.isNotNull(),
                struct(
                        order.as("order"),
                        coalesce(col(FOLD), lit(Integer.MAX_VALUE)).as("rank"),
                        col(SPLIT),
                        col(FOLD)));
    }

    private static Dataset<Row> earlier(Dataset<Row> dealt) {
        return dealt.groupBy(LABEL, SPLIT, FOLD)
                .agg(count(lit(1)).as("rows"))
                .select(
                        col(LABEL).as("dealt_in"),
                        lit(EARLIER).as("kind"),
                        lit(0L).as("first"),
                        lit(0L).as("second"),
                        lit(0L).as(CONTENT_KEY),
                        lit("").as(EXAMPLE_ID),
                        col(LABEL),
                        col(SPLIT),
                        col(FOLD),
                        col("rows"));
    }

    /** A row takes part once in the dealing of rows one by one; a copy takes part in the dealing of contents as well. */
    private static Column turns() {
        Column isCopy = col(SPLIT).isNull().and(col(MEMBERS).gt(1).or(col(PLACE).isNotNull()));
        Column rowByRow = turn(
                col(LABEL),
                when(isCopy, COPY_COUNTED).otherwise(SINGLE),
                col(HASH),
                lit(0L),
                lit(0L),
                col(SPLIT),
                lit(null).cast("int"));
        Column asContent = turn(
                col(LABEL),
                lit(COPY),
                // contents with a place come first
                when(col(PLACE).isNotNull(), lit(0L)).otherwise(lit(1L)),
                col("unit"),
                col(CONTENT_KEY),
                col(PLACE).getField(SPLIT),
                col(PLACE).getField(FOLD));
        return when(isCopy, array(rowByRow, asContent)).otherwise(array(rowByRow));
    }

    private static Column turn(
            Column dealtIn, Column kind, Column first, Column second, Column content, Column split, Column fold) {
        return struct(
                dealtIn.as("dealt_in"),
                kind.as("kind"),
                first.as("first"),
                second.as("second"),
                content.as(CONTENT_KEY),
                col(EXAMPLE_ID),
                col(LABEL),
                split.as(SPLIT),
                fold.as(FOLD),
                col(MEMBERS).as("rows"));
    }

    private static final class Deal implements MapPartitionsFunction<Row, Row> {

        private static final long serialVersionUID = 1L;

        private final double[] shares;
        private final int folds;

        Deal(double[] shares, int folds) {
            this.shares = shares;
            this.folds = folds;
        }

        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            Table table = new Table();
            return StreamSupport.stream(Spliterators.spliteratorUnknownSize(rows, 0), false)
                    .flatMap(row -> table.take(row).stream())
                    .iterator();
        }

        /** Processes the rows class by class. */
        private final class Table {

            private @Nullable String label;
            /** As if all rows were dealt one by one. */
            private ClassState oneByOne = new ClassState("", 0);
            /** With the copies where they go. */
            private ClassState actual = new ClassState("", 0);

            private long content;
            private boolean hasPlace;
            private Split split = Split.TRAIN;
            private @Nullable Integer fold;

            Optional<Row> take(Row row) {
                String current = row.getString(0);
                if (!current.equals(label)) {
                    label = current;
                    oneByOne = new ClassState(current, folds);
                    actual = new ClassState(current, folds);
                    hasPlace = false;
                }
                return switch (row.getInt(1)) {
                    case EARLIER -> {
                        oneByOne.count(row, 7, 8, 9);
                        actual.count(row, 7, 8, 9);
                        yield Optional.empty();
                    }
                    case COPY -> Optional.of(asContent(row));
                    default -> rowByRow(row);
                };
            }

            private Optional<Row> rowByRow(Row row) {
                Split own = row.isNullAt(7) ? oneByOne.nextSplit(shares) : Split.of(row.getString(7));
                Integer ownFold = oneByOne.nextFold(own);
                oneByOne.count(own, ownFold, 1);
                if (row.getInt(1) == COPY_COUNTED) {
                    return Optional.empty();
                }
                actual.count(own, ownFold, 1);
                return Optional.of(result(row, own, ownFold));
            }

            private Row asContent(Row row) {
                if (!hasPlace || row.getLong(4) != content) {
                    content = row.getLong(4);
                    hasPlace = true;
                    split = row.isNullAt(7) ? actual.nextSplit(shares, row.getLong(9)) : Split.of(row.getString(7));
                    fold = row.isNullAt(8) ? actual.nextFold(split) : (Integer) row.getInt(8);
                }
                actual.count(split, fold, 1);
                return result(row, split, fold);
            }

            private Row result(Row row, Split split, @Nullable Integer fold) {
                return RowFactory.create(row.getString(5), row.getString(6), split.code(), fold);
            }
        }
    }
}
