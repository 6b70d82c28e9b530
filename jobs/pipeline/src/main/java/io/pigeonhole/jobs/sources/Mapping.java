package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.ColumnMapping;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/** Turns the columns of a relation into those of {@link SourceRows#raw}, by column expressions alone. */
final class Mapping {

    /** Longest excerpt of a value or row in a parse error; the whole row is in {@code raw}. */
    private static final int SHOWN = 200;

    /** Larger integers are not exact as doubles. */
    private static final double LARGEST_EXACT = 1L << 53;

    private final Relation relation;
    private final ColumnMapping mapping;
    private final List<Column> errors = new ArrayList<>();

    private Mapping(Relation relation, ColumnMapping mapping) {
        this.relation = relation;
        this.mapping = mapping;
    }

    /** @throws PipelineException (data contract) if a mapped column is missing or unusable */
    static Dataset<Row> map(String source, Relation relation, ColumnMapping mapping) {
        relation.require(mapping.all());
        return new Mapping(relation, mapping).map(source);
    }

    private Dataset<Row> map(String source) {
        Optional<Column> path = path();
        Column noString = functions.lit(null).cast(DataTypes.StringType);
        Column noPath = functions.lit(null).cast(DataTypes.createArrayType(DataTypes.StringType));
        Column label = path.map(levels -> functions.element_at(levels, -1))
                .or(() -> mapping.label().map(this::text))
                .orElse(noString);
        relation.corruptColumn().ifPresent(this::addCorruptRow);
        List<Column> columns = new ArrayList<>();
        columns.add(functions.lit(source).as(Columns.SOURCE));
        columns.add(json().as(Columns.RAW));
        columns.add(mapping.id().map(this::text).orElse(noString).as(Columns.EXAMPLE_ID));
        columns.add(label.as(Columns.LABEL));
        columns.add(path.orElse(noPath).as(Columns.PATH));
        columns.add(time(mapping.eventTime()).as(Columns.EVENT_TIME));
        columns.add(time(mapping.labelTime()).as(Columns.LABEL_TIME));
        List<Column> fields = mapping.fields().entrySet().stream()
                .map(field -> field(field).as(field.getKey()))
                .toList();
        columns.add(parseError().as(Columns.PARSE_ERROR));
        columns.addAll(fields);
        return relation.rows().select(columns.toArray(Column[]::new));
    }

    private Column json() {
        return functions.to_json(functions.struct("*"));
    }

    private Column parseError() {
        return errors.isEmpty()
                ? functions.lit(null).cast(DataTypes.StringType)
                : functions.nullif(functions.concat_ws("; ", errors.toArray(Column[]::new)), functions.lit(""));
    }

    private void addCorruptRow(String name) {
        Column corrupt = Columns.named(name);
        // Spark refuses to read the column of corrupt rows alone, so an empty text refers to all other columns
        Column nothing = functions.substring(json(), 1, 0);
        errors.add(functions.when(
                corrupt.isNotNull(),
                functions.concat(
                        functions.lit("the row does not fit the schema: "),
                        functions.substring(corrupt, 1, SHOWN),
                        nothing)));
    }

    /** Levels from the top to the leaf, if they are mapped. */
    private Optional<Column> path() {
        if (mapping.path().isPresent()) {
            return Optional.of(splitPath(mapping.path().get()));
        }
        return mapping.levels().isEmpty() ? Optional.empty() : Optional.of(levels());
    }

    private Column splitPath(String name) {
        boolean isSplit = type(name) instanceof ArrayType array && array.elementType() instanceof StringType;
        Column segments =
                isSplit ? Columns.named(name) : functions.split(text(name), Pattern.quote(mapping.pathSeparator()));
        return nullIfEmpty(
                functions.filter(segments, segment -> isBlank(segment).equalTo(false)));
    }

    private Column levels() {
        Column[] levels = mapping.levels().stream()
                .map(name -> functions.when(isBlank(text(name)).equalTo(false), text(name)))
                .toArray(Column[]::new);
        for (int i = 1; i < levels.length; i++) {
            errors.add(functions.when(
                    levels[i - 1].isNull().and(levels[i].isNotNull()),
                    functions.concat(
                            functions.lit(mapping.levels().get(i - 1) + " is empty but "
                                    + mapping.levels().get(i) + " below it is '"),
                            functions.substring(levels[i], 1, SHOWN),
                            functions.lit("'"))));
        }
        return nullIfEmpty(functions.array_compact(functions.array(levels)));
    }

    private static Column nullIfEmpty(Column array) {
        return functions.when(functions.size(array).gt(0), array);
    }

    /** Whether a text is null, empty or all white space. */
    private static Column isBlank(Column text) {
        return functions.coalesce(functions.trim(text).equalTo(""), functions.lit(true));
    }

    /** A column as text. An integer is written as one even if the format, such as LIBSVM, stores it as a double. */
    private Column text(String name) {
        Column value = Columns.named(name);
        DataType type = type(name);
        if (!(type instanceof AtomicType)) {
            throw SourcesErrors.notASingleValue(relation.owner(), name, type);
        }
        Column plain = value.cast(DataTypes.StringType);
        if (!type.equals(DataTypes.DoubleType) && !type.equals(DataTypes.FloatType)) {
            return plain;
        }
        Column isWhole =
                value.equalTo(functions.floor(value)).and(functions.abs(value).lt(LARGEST_EXACT));
        return functions
                .when(isWhole, value.cast(DataTypes.LongType).cast(DataTypes.StringType))
                .otherwise(plain);
    }

    private Column time(Optional<String> name) {
        if (name.isEmpty()) {
            return functions.lit(null).cast(DataTypes.TimestampType);
        }
        DataType type = type(name.get());
        boolean isTime = type instanceof StringType
                || type instanceof NumericType
                || type.equals(DataTypes.DateType)
                || type.equals(DataTypes.TimestampType)
                || type.equals(DataTypes.TimestampNTZType);
        if (!isTime) {
            throw SourcesErrors.notATime(relation.owner(), name.get(), type);
        }
        return read(name.get(), name.get(), DataTypes.TimestampType);
    }

    private Column field(Map.Entry<String, String> field) {
        String type = mapping.types().get(field.getKey());
        return type == null
                ? Columns.named(field.getValue())
                : read(field.getKey(), field.getValue(), DataType.fromDDL(type));
    }

    /**
     * A column read as a type. A value that is not of the type becomes null, and an error of its row. Blank text is
     * null.
     */
    private Column read(String field, String name, DataType type) {
        Column value = Columns.named(name);
        if (type(name).equals(type)) {
            return value;
        }
        boolean isText = type(name) instanceof StringType;
        Column isThere =
                isText && !(type instanceof StringType) ? isBlank(value).equalTo(false) : value.isNotNull();
        Column read = functions.when(isThere, (isText ? functions.trim(value) : value).try_cast(type));
        errors.add(functions.when(
                isThere.and(read.isNull()),
                functions.concat(
                        functions.lit(field + " '"),
                        functions.substring(value.cast(DataTypes.StringType), 1, SHOWN),
                        functions.lit("' is no " + type.sql()))));
        return read;
    }

    private DataType type(String name) {
        return relation.field(name).map(StructField::dataType).orElseThrow();
    }
}
