package io.pigeonhole.jobs.store.delta;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.internal.data.DefaultColumnarBatch;
import io.delta.kernel.internal.data.GenericRow;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterable;
import scala.jdk.javaapi.CollectionConverters;

/** Turns rows of Spark into a batch of Delta Kernel; the counterpart of {@link KernelRows}. */
final class SparkRows {

    private SparkRows() {}

    /** @param rows with values in the order of the schema's columns */
    static FilteredColumnarBatch batch(List<Row> rows, StructType schema) {
        ColumnVector[] columns = new ColumnVector[schema.length()];
        for (int c = 0; c < columns.length; c++) {
            DataType type = schema.at(c).getDataType();
            List<@Nullable Object> values = new ArrayList<>(rows.size());
            for (Row row : rows) {
                values.add(value(row.get(c), type));
            }
            columns[c] = VectorUtils.buildColumnVector(values, type);
        }
        return new FilteredColumnarBatch(new DefaultColumnarBatch(rows.size(), schema, columns), Optional.empty());
    }

    private static @Nullable Object value(@Nullable Object value, DataType type) {
        if (value == null) {
            return null;
        } else if (type instanceof StructType struct) {
            return struct((Row) value, struct);
        } else if (type instanceof ArrayType array) {
            return VectorUtils.buildArrayValue(elements(value, array.getElementType()), array.getElementType());
        } else if (type instanceof TimestampType) {
            // tables have millisecond precision
            return TimeUnit.MILLISECONDS.toMicros(((Timestamp) value).getTime());
        }
        return value;
    }

    private static GenericRow struct(Row row, StructType type) {
        Map<Integer, @Nullable Object> values = new HashMap<>();
        for (int i = 0; i < type.length(); i++) {
            values.put(i, value(row.get(i), type.at(i).getDataType()));
        }
        return new GenericRow(type, values);
    }

    private static List<@Nullable Object> elements(Object array, DataType type) {
        List<@Nullable Object> elements = new ArrayList<>();
        if (array instanceof Object[] values) {
            for (Object each : values) {
                elements.add(value(each, type));
            }
        } else if (array instanceof List<?> values) {
            values.forEach(each -> elements.add(value(each, type)));
        } else {
            CollectionConverters.asJava((Iterable<?>) array).forEach(each -> elements.add(value(each, type)));
        }
        return elements;
    }
}
