package io.pigeonhole.transforms.cleaning;

import static io.pigeonhole.transforms.Columns.LABEL;
import static io.pigeonhole.transforms.Columns.PARSE_ERROR;
import static io.pigeonhole.transforms.Columns.named;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.exists;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.transforms.features.FeatureColumn;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The checks that need one row only. */
final class RowChecks {

    private RowChecks() {}

    /** The first failure as a struct of reason and detail; null for a row that passes. */
    static Column firstFailure(StructType schema, CleaningRules rules) {
        List<Column> failures = new ArrayList<>();
        failures.add(failure(col(PARSE_ERROR).isNotNull(), Reason.UNPARSABLE_VALUE, col(PARSE_ERROR)));
        for (CleaningRules.VectorSize vector : rules.vectors()) {
            if (schema.apply(vector.column()).dataType().equals(DataTypes.BinaryType)) {
                continue;
            }
            Column elements = Contents.plain(schema, vector.column()).cast("array<double>");
            failures.add(failure(
                    exists(elements, element -> element.isNull().or(isnan(element))),
                    Reason.UNPARSABLE_VALUE,
                    lit("column '" + vector.column() + "' holds a null or NaN")));
        }
        if (rules.labelsRequired()) {
            failures.add(failure(col(LABEL).isNull(), Reason.MISSING_LABEL, lit("label is null or blank")));
        }
        if (!rules.knownLabels().isEmpty()) {
            failures.add(failure(
                    not(isKnown(rules)).and(not(isUnknown(rules))),
                    Reason.UNKNOWN_LABEL,
                    concat(lit("'"), col(LABEL), lit("' is not a known label"))));
        }
        for (String column : rules.textColumns()) {
            failures.add(failure(
                    Labels.present(named(column)).isNull(),
                    Reason.EMPTY_TEXT,
                    lit("column '" + column + "' is null or blank")));
        }
        if (!rules.optionalTexts().isEmpty()) {
            failures.add(failure(
                    rules.featureColumns().stream()
                            .map(column -> isMissing(schema, column))
                            .reduce(Column::and)
                            .orElseThrow(),
                    Reason.EMPTY_TEXT,
                    lit("every feature is null or blank")));
        }
        for (CleaningRules.VectorSize vector : rules.vectors()) {
            Column size = FeatureColumn.sizes(schema, vector.column());
            Column missing = named(vector.column()).isNull();
            failures.add(failure(
                    missing.or(size.notEqual(vector.size())),
                    Reason.WRONG_VECTOR_SIZE,
                    when(missing, lit("column '" + vector.column() + "' is null"))
                            .otherwise(concat(
                                    lit("column '" + vector.column() + "' has "),
                                    size.cast("string"),
                                    lit(" elements, not " + vector.size())))));
        }
        return coalesce(failures.toArray(Column[]::new));
    }

    private static Column isMissing(StructType schema, String column) {
        return schema.apply(column).dataType().equals(DataTypes.StringType)
                ? Labels.present(named(column)).isNull()
                : named(column).isNull();
    }

    /** Whether the label is one of the known ones; null without a label. */
    static Column isKnown(CleaningRules rules) {
        return rules.knownLabels().isEmpty()
                ? col(LABEL).isNotNull()
                : col(LABEL).isin(rules.knownLabels().toArray());
    }

    /** Whether the label belongs to no class. */
    private static Column isUnknown(CleaningRules rules) {
        return rules.unknownLabels().isEmpty()
                ? lit(false)
                : col(LABEL).isin(rules.unknownLabels().toArray());
    }

    /** The label if it is a class; null for one that belongs to no class, and without a label. */
    static Column classLabel(CleaningRules rules) {
        return rules.unknownLabels().isEmpty() ? col(LABEL) : when(not(isUnknown(rules)), col(LABEL));
    }

    /** Reason and detail where the condition holds, else null. */
    static Column failure(Column condition, Reason reason, Column detail) {
        return when(
                condition,
                struct(lit(reason.code()).as("reason"), detail.cast("string").as("detail")));
    }
}
