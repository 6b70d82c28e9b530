package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.Reading;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Some rows of a reading.
 *
 * @param columns profiles of its columns, and of the fields of those that are objects
 * @param damaged what is wrong with rows that cannot be read
 */
public record Sample(List<ColumnProfile> columns, List<String> damaged) {

    public Sample {
        columns = List.copyOf(columns);
        damaged = List.copyOf(damaged);
    }

    /** How rows are chosen. */
    public enum Choice {
        /** The first ones; no others are read. */
        FIRST,
        /** At random from all. A column counts as one of numbers only if all rows of the data have numbers there. */
        RANDOM
    }

    /** Seed of random choices. */
    private static final long SEED = 42;

    /**
     * Reads some rows.
     *
     * @param owner owner of the reading, which begins error messages
     * @param rows how many at most
     * @throws PipelineException if the data do not exist or cannot be read
     */
    public static Sample of(Access access, String owner, Reading reading, int rows, Choice choice) {
        Relation relation = Relation.open(access.spark(), owner, reading);
        List<StructField> fields = new ArrayList<>();
        List<Column> columns = new ArrayList<>();
        for (StructField field : relation.plain().schema().fields()) {
            add(relation, field.name(), fields, columns);
        }
        Column problem = relation.hasProblems()
                ? functions.col(Relation.PROBLEM)
                : functions.lit(null).cast("string");
        columns.add(problem);
        Dataset<Row> all = relation.rows().select(columns.toArray(Column[]::new));
        Dataset<Row> chosen = choice == Choice.FIRST ? all : all.orderBy(functions.rand(SEED));
        List<Row> sample = chosen.limit(rows).collectAsList();
        List<String> damaged = sample.stream()
                .filter(row -> !row.isNullAt(fields.size()))
                .map(row -> row.getString(fields.size()))
                .toList();
        List<Row> sound =
                sample.stream().filter(row -> row.isNullAt(fields.size())).toList();
        List<ColumnProfile> profiles = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            profiles.add(profile(fields.get(i), i, sound));
        }
        return new Sample(choice == Choice.FIRST ? profiles : withAllRows(relation, profiles), damaged);
    }

    /** The profiles, where columns of numbers with other values in some row of the data are texts. */
    private static List<ColumnProfile> withAllRows(Relation relation, List<ColumnProfile> profiles) {
        List<ColumnProfile> numbers = profiles.stream()
                .filter(profile -> profile.kind() == ColumnProfile.Kind.NUMBER)
                .toList();
        if (numbers.isEmpty()) {
            return profiles;
        }
        Column[] others = numbers.stream()
                .map(profile -> {
                    Column value = functions.trim(relation.field(profile.name())
                            .orElseThrow()
                            .column()
                            .cast(DataTypes.StringType));
                    Column isOther = value.notEqual("")
                            .and(value.try_cast(DataTypes.DoubleType).isNull());
                    return functions.min(functions.when(isOther, value));
                })
                .toArray(Column[]::new);
        Row found = relation.rows()
                .agg(others[0], Arrays.copyOfRange(others, 1, others.length))
                .head();
        List<ColumnProfile> result = new ArrayList<>(profiles);
        for (int i = 0; i < others.length; i++) {
            if (!found.isNullAt(i)) {
                result.set(profiles.indexOf(numbers.get(i)), numbers.get(i).asText(found.getString(i)));
            }
        }
        return result;
    }

    /**
     * Profiles of the columns of rows that the process can hold.
     *
     * @param rows mapped rows of a source
     */
    public static List<ColumnProfile> profiles(Dataset<Row> rows) {
        List<StructField> fields = Arrays.asList(rows.schema().fields());
        List<Row> values = rows.select(fields.stream()
                        .map(field -> isSingle(field.dataType())
                                ? Columns.named(field.name()).cast(DataTypes.StringType)
                                : Columns.named(field.name()).isNotNull())
                        .toArray(Column[]::new))
                .collectAsList();
        List<ColumnProfile> profiles = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            profiles.add(profile(fields.get(i), i, values));
        }
        return profiles;
    }

    private static void add(Relation relation, String name, List<StructField> fields, List<Column> columns) {
        Relation.Field field = relation.field(name).orElseThrow();
        if (field.type() instanceof StructType inner) {
            Arrays.stream(inner.fieldNames()).forEach(each -> add(relation, name + "." + each, fields, columns));
            return;
        }
        fields.add(DataTypes.createStructField(name, field.type(), true));
        columns.add(
                isSingle(field.type())
                        ? field.column().cast(DataTypes.StringType)
                        : field.column().isNotNull());
    }

    private static boolean isSingle(DataType type) {
        return type instanceof AtomicType && !type.equals(DataTypes.BinaryType);
    }

    private static ColumnProfile profile(StructField field, int index, List<Row> rows) {
        if (isSingle(field.dataType())) {
            List<String> values = new ArrayList<>();
            rows.forEach(row -> values.add(row.isNullAt(index) ? null : row.getString(index)));
            return ColumnProfile.of(field.name(), values);
        }
        boolean isVector = field.dataType().equals(DataTypes.BinaryType)
                || field.dataType().equals(SQLDataTypes.VectorType())
                || (field.dataType() instanceof ArrayType array && array.elementType() instanceof NumericType);
        List<Object> values = new ArrayList<>();
        rows.forEach(row -> values.add(row.getBoolean(index) ? field : null));
        return ColumnProfile.nested(field.name(), isVector, values);
    }
}
