package io.pigeonhole.transforms.split;

import static io.pigeonhole.transforms.Columns.EXAMPLE_ID;
import static io.pigeonhole.transforms.Columns.FOLD;
import static io.pigeonhole.transforms.Columns.LABEL;
import static io.pigeonhole.transforms.Columns.SPLIT;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.Iterator;
import java.util.Optional;
import java.util.Spliterators;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Deals single rows. Each class lies in one partition: first the earlier assignments, then the new rows by their hash.
 */
final class RowDealing {

    private static final StructType DEALT =
            StructType.fromDDL("example_id STRING, label STRING, split STRING, fold INT");

    private RowDealing() {}

    /**
     * Gives each new row a split and a fold.
     *
     * @param rows example_id, label, and the split if it is already settled, else null
     * @param state label, split, fold and number of the rows dealt earlier
     */
    static Dataset<Row> deal(Dataset<Row> rows, Dataset<Row> state, SplitSpec spec) {
        Dataset<Row> earlier = state.select(
                col(LABEL),
                lit(null).cast("bigint").as("hash"),
                lit(null).cast("string").as(EXAMPLE_ID),
                col(SPLIT),
                col(FOLD),
                col("rows"));
        Dataset<Row> later = rows.select(
                col(LABEL),
                xxhash64(lit(spec.seed()), col(EXAMPLE_ID)).as("hash"),
                col(EXAMPLE_ID),
                col(SPLIT),
                lit(null).cast("int").as(FOLD),
                lit(1L).as("rows"));
        return earlier.union(later)
                .repartition(col(LABEL))
                .sortWithinPartitions(col(LABEL), col("hash").asc_nulls_first(), col(EXAMPLE_ID), col(SPLIT), col(FOLD))
                .mapPartitions(new Deal(spec.shares(), spec.folds()), Encoders.row(DEALT));
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
            private ClassState state = new ClassState("", 0);

            Optional<Row> take(Row row) {
                String current = row.getString(0);
                if (!current.equals(label)) {
                    label = current;
                    state = new ClassState(current, folds);
                }
                if (row.isNullAt(1)) {
                    state.count(row, 3, 4, 5);
                    return Optional.empty();
                }
                Split split = row.isNullAt(3) ? state.nextSplit(shares) : Split.of(row.getString(3));
                Integer fold = state.nextFold(split);
                state.count(split, fold, 1);
                return Optional.of(RowFactory.create(row.getString(2), current, split.code(), fold));
            }
        }
    }
}
