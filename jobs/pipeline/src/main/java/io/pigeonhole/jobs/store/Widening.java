package io.pigeonhole.jobs.store;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.transforms.Columns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of a stored table, compared with those of its definition. A definition may add columns and fields of
 * structs. Columns that only the stored table has stay unchanged.
 */
record Widening(StructType stored, StructType defined) {

    /** The columns that the stored table lacks or has with fewer fields, each as name and type. */
    List<String> missing() {
        return Arrays.stream(defined.fields())
                .filter(field -> !find(stored, field.name())
                        .filter(there -> there.dataType().sameType(merged(there.dataType(), field.dataType())))
                        .isPresent())
                .map(field -> field.name() + " " + field.dataType().catalogString())
                .toList();
    }

    /** The columns whose stored type cannot become the defined type. */
    List<String> conflicting() {
        List<String> conflicts = new ArrayList<>();
        for (StructField field : defined.fields()) {
            find(stored, field.name())
                    .filter(there -> !fits(there.dataType(), field.dataType()))
                    .ifPresent(there -> conflicts.add(field.name() + " as "
                            + there.dataType().catalogString() + " instead of "
                            + field.dataType().catalogString()));
        }
        return conflicts;
    }

    /** The stored table's columns with the definition's comments; new columns stand where the definition has them. */
    StructType columns() {
        return merged(stored, defined);
    }

    /** The rows of the stored table, with null in the columns that it lacks. */
    Dataset<Row> of(Dataset<Row> rows) {
        return missing().isEmpty()
                ? rows
                : rows.select(Arrays.stream(columns().fields())
                        .map(field -> find(stored, field.name())
                                .map(there -> widened(Columns.named(field.name()), there.dataType(), field.dataType()))
                                .orElseGet(() -> lit(null).cast(field.dataType()))
                                .as(field.name(), field.metadata()))
                        .toArray(Column[]::new));
    }

    private static Column widened(Column value, DataType from, DataType to) {
        if (from.sameType(to)) {
            return value;
        }
        if (from instanceof ArrayType array) {
            DataType element = ((ArrayType) to).elementType();
            return transform(value, each -> widened(each, array.elementType(), element));
        }
        Column[] fields = Arrays.stream(((StructType) to).fields())
                .map(field -> find((StructType) from, field.name())
                        .map(there -> widened(value.getField(field.name()), there.dataType(), field.dataType()))
                        .orElseGet(() -> lit(null).cast(field.dataType()))
                        .as(field.name(), field.metadata()))
                .toArray(Column[]::new);
        return when(value.isNotNull(), struct(fields));
    }

    private static boolean fits(DataType stored, DataType defined) {
        if (stored instanceof ArrayType there && defined instanceof ArrayType wanted) {
            return fits(there.elementType(), wanted.elementType());
        }
        if (stored instanceof StructType there && defined instanceof StructType wanted) {
            return new Widening(there, wanted).conflicting().isEmpty();
        }
        return stored.sameType(defined);
    }

    private static DataType merged(DataType stored, DataType defined) {
        if (stored instanceof ArrayType there && defined instanceof ArrayType wanted) {
            return DataTypes.createArrayType(merged(there.elementType(), wanted.elementType()), there.containsNull());
        }
        return stored instanceof StructType there && defined instanceof StructType wanted
                ? merged(there, wanted)
                : stored;
    }

    private static StructType merged(StructType stored, StructType defined) {
        List<StructField> fields = new ArrayList<>(Arrays.asList(stored.fields()));
        int next = 0;
        for (StructField field : defined.fields()) {
            int at = indexOf(fields, field.name());
            if (at >= 0) {
                fields.set(at, merged(fields.get(at), field));
                next = at + 1;
            } else {
                fields.add(next, new StructField(field.name(), field.dataType(), true, field.metadata()));
                next++;
            }
        }
        return new StructType(fields.toArray(StructField[]::new));
    }

    private static StructField merged(StructField stored, StructField defined) {
        return new StructField(
                stored.name(),
                merged(stored.dataType(), defined.dataType()),
                stored.nullable(),
                new MetadataBuilder()
                        .withMetadata(stored.metadata())
                        .withMetadata(defined.metadata())
                        .build());
    }

    private static Optional<StructField> find(StructType fields, String name) {
        int at = indexOf(Arrays.asList(fields.fields()), name);
        return at < 0 ? Optional.empty() : Optional.of(fields.fields()[at]);
    }

    /** Finds a column by name, ignoring case, as Delta does. */
    private static int indexOf(List<StructField> fields, String name) {
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).name().equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }
}
