package io.pigeonhole.evaluation.foreign;

import static io.pigeonhole.transforms.Columns.named;
import static org.apache.spark.ml.functions.vector_to_array;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map_entries;
import static org.apache.spark.sql.functions.negate;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.zip_with;

import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.settings.EvaluationErrors;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The probabilities of classes, in any of several formats, as an array of structs {@code label, probability}, best
 * first.
 */
final class ForeignProbabilities {

    private ForeignProbabilities() {}

    /** The column; empty where no probabilities are mapped. */
    static Optional<Column> of(StructType schema, PredictionColumns columns, ForeignLabels labels) {
        if (!columns.probabilityColumns().isEmpty()) {
            Column[] numbers = columns.probabilityColumns().values().stream()
                    .map(name -> number(schema, name))
                    .toArray(Column[]::new);
            Column[] entries = columns.probabilityColumns().entrySet().stream()
                    .map(entry -> entry(
                            lit(labels.of(entry.getKey(), "probability_columns")), number(schema, entry.getValue())))
                    .toArray(Column[]::new);
            return Optional.of(bestFirst(when(coalesce(numbers).isNotNull(), array(entries))));
        }
        return columns.probabilities()
                .map(name -> bestFirst(entries(
                        schema,
                        name,
                        columns.classes().stream()
                                .map(each -> labels.of(each, "classes"))
                                .toList(),
                        labels)));
    }

    private static Column number(StructType schema, String name) {
        DataType type = schema.apply(name).dataType();
        // text files have numbers as text
        return type instanceof NumericType
                ? named(name).cast(DataTypes.DoubleType)
                : named(name).cast(DataTypes.StringType).try_cast(DataTypes.DoubleType);
    }

    private static Column entries(StructType schema, String name, List<String> classes, ForeignLabels labels) {
        DataType type = schema.apply(name).dataType();
        Column column = named(name);
        if (type.equals(SQLDataTypes.VectorType())) {
            return zipped(name, vector_to_array(column, "float64"), classes);
        }
        if (type instanceof ArrayType numbers && numbers.elementType() instanceof NumericType) {
            return zipped(name, column, classes);
        }
        if (type instanceof ArrayType structs
                && structs.elementType() instanceof StructType element
                && List.of(element.fieldNames()).containsAll(List.of(Predictions.LABEL, Predictions.PROBABILITY))) {
            return transform(
                    column,
                    each -> entry(
                            labels.of(
                                    each.getField(Predictions.LABEL),
                                    element.apply(Predictions.LABEL).dataType()),
                            each.getField(Predictions.PROBABILITY)));
        }
        if (type instanceof MapType map && map.valueType() instanceof NumericType) {
            return transform(
                    map_entries(column),
                    each -> entry(labels.of(each.getField("key"), map.keyType()), each.getField("value")));
        }
        if (type instanceof StructType byClass
                && Arrays.stream(byClass.fields()).allMatch(field -> field.dataType() instanceof NumericType)) {
            Column[] entries = Arrays.stream(byClass.fields())
                    .map(StructField::name)
                    .map(each -> entry(lit(labels.of(each, name)), column.getField(each)))
                    .toArray(Column[]::new);
            return when(column.isNotNull(), array(entries));
        }
        throw EvaluationErrors.noProbabilities(name, type);
    }

    /** An array that is longer or shorter than the classes yields entries without a class or a probability. */
    private static Column zipped(String name, Column numbers, List<String> classes) {
        if (classes.isEmpty()) {
            throw EvaluationErrors.badMapping(
                    "the column '" + name + "' is an array of probabilities, but its classes are not named",
                    "List the classes under classes, in the order of the array");
        }
        Column labels = array(classes.stream().map(label -> lit(label)).toArray(Column[]::new));
        return zip_with(labels, numbers, ForeignProbabilities::entry);
    }

    private static Column entry(Column label, Column probability) {
        return struct(
                label.cast(DataTypes.StringType).as(Predictions.LABEL),
                probability.cast(DataTypes.DoubleType).as(Predictions.PROBABILITY));
    }

    /** Ties are sorted by class; entries without a probability come first. */
    private static Column bestFirst(Column entries) {
        Column sorted = array_sort(transform(
                entries,
                each -> struct(
                        negate(each.getField(Predictions.PROBABILITY)).as("order"),
                        each.getField(Predictions.LABEL).as(Predictions.LABEL))));
        return transform(sorted, each -> entry(each.getField(Predictions.LABEL), negate(each.getField("order"))));
    }
}
