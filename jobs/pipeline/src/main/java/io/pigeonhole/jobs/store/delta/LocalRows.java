package io.pigeonhole.jobs.store.delta;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Function1;
import scala.jdk.javaapi.CollectionConverters;

/** The rows of a data set that this process holds. */
public final class LocalRows {

    private LocalRows() {}

    /**
     * The rows, if the data set was made of a list of rows and has these columns with these types; empty otherwise. No
     * query runs.
     *
     * @param columns of the resulting rows, in this order
     */
    public static Optional<List<Row>> of(Dataset<Row> rows, StructType columns) {
        if (!(QueryPlan.analyzed(rows) instanceof LocalRelation local)) {
            return Optional.empty();
        }
        StructType schema = rows.schema();
        List<String> present = List.of(schema.fieldNames());
        int[] places = IntStream.range(0, columns.length())
                .map(i -> present.indexOf(columns.fields()[i].name()))
                .toArray();
        for (int i = 0; i < places.length; i++) {
            if (places[i] < 0 || !isSameType(schema.fields()[places[i]], columns.fields()[i])) {
                return Optional.empty();
            }
        }
        Function1<Object, Object> toRow = CatalystTypeConverters.createToScalaConverter(schema);
        List<Row> all = new ArrayList<>();
        for (InternalRow internal : CollectionConverters.asJava(local.data())) {
            Row row = (Row) toRow.apply(internal);
            all.add(RowFactory.create(IntStream.of(places).mapToObj(row::get).toArray()));
        }
        return Optional.of(all);
    }

    private static boolean isSameType(StructField one, StructField other) {
        return one.dataType().catalogString().equals(other.dataType().catalogString());
    }
}
