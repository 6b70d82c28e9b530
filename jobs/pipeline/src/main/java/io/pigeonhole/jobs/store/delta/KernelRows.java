package io.pigeonhole.jobs.store.delta;

import io.delta.kernel.data.ArrayValue;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.FilteredColumnarBatch;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.ArraySeq;

/**
 * Turns batches of Delta Kernel into rows like those of Spark's {@code collect}: with the same Java types and the
 * schema.
 */
final class KernelRows {

    private KernelRows() {}

    /**
     * Hands the rows on, as long as more are wanted.
     *
     * @param asked columns of the resulting rows; a column that the batch lacks is null
     * @param wantsMore receives a row, and says whether more are wanted
     * @return whether more are wanted
     */
    static boolean forEach(FilteredColumnarBatch batch, StructType asked, Predicate<Row> wantsMore) {
        List<String> present = batch.getData().getSchema().fieldNames();
        int[] ordinals = new int[asked.length()];
        for (int c = 0; c < ordinals.length; c++) {
            ordinals[c] = present.indexOf(asked.fields()[c].name());
        }
        for (int r = 0; r < batch.getData().getSize(); r++) {
            if (isSelected(batch, r)) {
                @Nullable Object[] values = new Object[ordinals.length];
                for (int c = 0; c < ordinals.length; c++) {
                    values[c] = ordinals[c] < 0
                            ? null
                            : value(batch.getData().getColumnVector(ordinals[c]), r, asked.fields()[c].dataType());
                }
                if (!wantsMore.test(new GenericRowWithSchema(values, asked))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isSelected(FilteredColumnarBatch batch, int row) {
        return batch.getSelectionVector()
                .map(selected -> !selected.isNullAt(row) && selected.getBoolean(row))
                .orElse(true);
    }

    private static @Nullable Object value(ColumnVector column, int row, DataType type) {
        if (column.isNullAt(row)) {
            return null;
        } else if (type instanceof StructType struct) {
            return struct(column, row, struct);
        } else if (type instanceof ArrayType array) {
            return array(column.getArray(row), array.elementType());
        } else if (type.equals(DataTypes.StringType)) {
            return column.getString(row);
        } else if (type.equals(DataTypes.IntegerType)) {
            return column.getInt(row);
        } else if (type.equals(DataTypes.LongType)) {
            return column.getLong(row);
        } else if (type.equals(DataTypes.DoubleType)) {
            return column.getDouble(row);
        } else if (type.equals(DataTypes.FloatType)) {
            return column.getFloat(row);
        } else if (type.equals(DataTypes.BooleanType)) {
            return column.getBoolean(row);
        } else if (type.equals(DataTypes.TimestampType)) {
            return Timestamp.from(Instant.EPOCH.plus(column.getLong(row), ChronoUnit.MICROS));
        }
        throw new IllegalArgumentException("columns of type " + type.simpleString() + " are read by Spark alone");
    }

    private static Row struct(ColumnVector column, int row, StructType type) {
        List<String> present = ((io.delta.kernel.types.StructType) column.getDataType()).fieldNames();
        @Nullable Object[] values = new Object[type.length()];
        for (int c = 0; c < values.length; c++) {
            int ordinal = present.indexOf(type.fields()[c].name());
            values[c] = ordinal < 0 ? null : value(column.getChild(ordinal), row, type.fields()[c].dataType());
        }
        return new GenericRowWithSchema(values, type);
    }

    private static ArraySeq<Object> array(ArrayValue array, DataType type) {
        List<@Nullable Object> values = new ArrayList<>(array.getSize());
        for (int i = 0; i < array.getSize(); i++) {
            values.add(value(array.getElements(), i, type));
        }
        return ArraySeq.unsafeWrapArray(values.toArray());
    }
}
