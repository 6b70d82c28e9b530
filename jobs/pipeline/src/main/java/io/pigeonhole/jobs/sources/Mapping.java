package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.ColumnMapping;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.cleaning.Texts;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.apache.spark.sql.types.StructType;

/** Turns the columns of a relation into those of {@link SourceRows#raw}, by column expressions alone. */
final class Mapping {

    /** Longest excerpt of a value or row in a parse error; the whole row is in {@code raw}. */
    private static final int SHOWN = 200;

    private final Relation relation;
    private final ColumnMapping mapping;
    private final List<Column> errors = new ArrayList<>();

    private Mapping(Relation relation, ColumnMapping mapping) {
        this.relation = relation;
        this.mapping = mapping;
    }

    /** @throws PipelineException (data contract) if a mapped column is missing or unusable */
    static Dataset<Row> map(String source, Relation relation, ColumnMapping mapping) {
        ColumnMapping resolved = mapping.resolved(List.of(relation.plain().columns()));
        relation.require(resolved.all());
        return new Mapping(relation, resolved).map(source);
    }

    private Dataset<Row> map(String source) {
        Optional<Column> path = path();
        Column noString = functions.lit(null).cast(DataTypes.StringType);
        Column noPath = functions.lit(null).cast(DataTypes.createArrayType(DataTypes.StringType));
        Column label = path.map(levels -> functions.element_at(levels, -1))
                .or(() -> mapping.label().map(this::text))
                .orElse(noString);
        addDamage();
        List<Column> columns = new ArrayList<>();
        columns.add(functions.lit(source).as(Columns.SOURCE));
        columns.add(json().as(Columns.RAW));
        columns.add(mapping.id().map(this::id).orElse(noString).as(Columns.EXAMPLE_ID));
        columns.add(label.as(Columns.LABEL));
        columns.add(path.orElse(noPath).as(Columns.PATH));
        columns.add(time(mapping.eventTime()).as(Columns.EVENT_TIME));
        columns.add(time(mapping.labelTime()).as(Columns.LABEL_TIME));
        List<Column> fields = mapping.fields().entrySet().stream()
                .map(field -> field(field).as(field.getKey()))
                .toList();
        columns.add(parseError().as(Columns.PARSE_ERROR));
        columns.addAll(fields);
        Dataset<Row> mapped = relation.rows().select(columns.toArray(Column[]::new));
        return relation.damaged()
                .map(rows -> mapped.union(damaged(source, rows, mapped.schema())))
                .orElse(mapped);
    }

    /** Damaged rows, which no query has seen, with the columns of the mapped ones. */
    private static Dataset<Row> damaged(String source, Dataset<Row> rows, StructType mapped) {
        return rows.select(Arrays.stream(mapped.fields())
                .map(field -> switch (field.name()) {
                    case Columns.SOURCE -> functions.lit(source).as(Columns.SOURCE);
                    case Columns.RAW -> functions.col(Relation.TEXT).as(Columns.RAW);
                    case Columns.PARSE_ERROR -> functions.col(Relation.PROBLEM).as(Columns.PARSE_ERROR);
                    default -> functions.lit(null).cast(field.dataType()).as(field.name());
                })
                .toArray(Column[]::new));
    }

    private Column json() {
        return functions.to_json(functions.struct(Arrays.stream(relation.rows().columns())
                .filter(name -> !name.equals(Relation.PROBLEM))
                .map(Columns::named)
                .toArray(Column[]::new)));
    }

    private Column parseError() {
        return errors.isEmpty()
                ? functions.lit(null).cast(DataTypes.StringType)
                : functions.nullif(functions.concat_ws("; ", errors.toArray(Column[]::new)), functions.lit(""));
    }

    private void addDamage() {
        if (relation.hasProblems()) {
            errors.add(functions.col(Relation.PROBLEM));
        } else if (relation.corruptColumn().isPresent()) {
            Column corrupt = Columns.named(relation.corruptColumn().get());
            // Spark refuses to read the column of corrupt rows alone, so an empty text refers to all other columns
            Column nothing = functions.substring(json(), 1, 0);
            errors.add(functions.when(
                    corrupt.isNotNull(),
                    functions.concat(
                            functions.lit(RecordFiles.MISFIT + ": "),
                            functions.substring(corrupt, 1, SHOWN),
                            nothing)));
        }
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
        Column segments = isSplit ? column(name) : functions.split(text(name), Pattern.quote(mapping.pathSeparator()));
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
        DataType type = type(name);
        if (!(type instanceof AtomicType)) {
            throw SourcesErrors.notASingleValue(relation.owner(), name, type);
        }
        return Texts.of(column(name), type);
    }

    /** An id. A floating-point number that may stand for several ids is an error of its row. */
    private Column id(String name) {
        DataType type = type(name);
        if (Texts.isFloating(type)) {
            Column value = column(name);
            errors.add(error(Texts.isNoNumber(value), "id", value, "' identifies nothing"));
            errors.add(error(
                    Texts.isInexact(value, type).and(functions.not(Texts.isNoNumber(value))),
                    "id",
                    value,
                    "' is a " + type.sql() + ", which cannot tell whole numbers of this size apart. Store the ids as"
                            + " BIGINT or text, or leave the id out to identify rows by their content"));
        }
        return text(name);
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
        return time(name.get(), name.get());
    }

    /** A column read as a time: from a text, a number since 1970, a date or a time. */
    private Column time(String field, String name) {
        DataType type = type(name);
        Column value = column(name);
        Column time;
        if (type instanceof NumericType) {
            time = Times.ofNumber(value);
            errors.add(error(value.isNotNull().and(time.isNull()), field, value, Times.AMBIGUOUS));
        } else if (type instanceof StringType) {
            Column number = value.try_cast(DataTypes.createDecimalType(38, 6));
            time = functions
                    .when(Times.isNumber(value), Times.ofNumber(number))
                    .otherwise(functions.trim(value).try_cast(DataTypes.TimestampType));
            Column isThere = isBlank(value).equalTo(false);
            errors.add(error(isThere.and(time.isNull()), field, value, "' is no TIMESTAMP"));
        } else {
            time = value.cast(DataTypes.TimestampType);
        }
        errors.add(error(Times.isOutOfRange(time), field, value, Times.OUT_OF_RANGE));
        return time;
    }

    private static Column error(Column condition, String field, Column value, String what) {
        return functions.when(
                condition,
                functions.concat(
                        functions.lit(field + " '"),
                        functions.substring(value.cast(DataTypes.StringType), 1, SHOWN),
                        functions.lit(what)));
    }

    private Column field(Map.Entry<String, String> field) {
        String type = mapping.types().get(field.getKey());
        return type == null ? column(field.getValue()) : read(field.getKey(), field.getValue(), DataType.fromDDL(type));
    }

    /**
     * A column read as a type. A value that is not of the type becomes null, and an error of its row. Blank text is
     * null.
     */
    private Column read(String field, String name, DataType type) {
        Column value = column(name);
        if (type(name).equals(type)) {
            return value;
        }
        if (type.equals(DataTypes.TimestampType)) {
            return time(field, name);
        }
        boolean isText = type(name) instanceof StringType;
        Column isThere =
                isText && !(type instanceof StringType) ? isBlank(value).equalTo(false) : value.isNotNull();
        Column read = functions.when(isThere, (isText ? functions.trim(value) : value).try_cast(type));
        errors.add(error(isThere.and(read.isNull()), field, value, "' is no " + type.sql()));
        return read;
    }

    private Column column(String name) {
        return relation.field(name).map(Relation.Field::column).orElseThrow();
    }

    private DataType type(String name) {
        return relation.field(name).map(Relation.Field::type).orElseThrow();
    }
}
