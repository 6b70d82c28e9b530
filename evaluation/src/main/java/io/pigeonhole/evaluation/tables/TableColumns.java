package io.pigeonhole.evaluation.tables;

import io.pigeonhole.evaluation.statistics.Estimate;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Columns with the comments that analysts read in the schema of a table. */
public final class TableColumns {

    /** Key of a column's comment in Spark's and Delta's metadata. */
    static final String COMMENT = "comment";

    private TableColumns() {}

    public static StructField required(String name, DataType type, String comment) {
        return field(name, type, false, comment);
    }

    public static StructField optional(String name, DataType type, String comment) {
        return field(name, type, true, comment);
    }

    /** The columns of the key, followed by the table's own. */
    public static StructType keyed(StructField... own) {
        StructType schema = new StructType(new StructField[] {
            required(EvaluationKey.MODEL, DataTypes.StringType, "Name of the model"),
            required(EvaluationKey.VERSION, DataTypes.IntegerType, "Version of the model"),
            required(EvaluationKey.SPLIT, DataTypes.StringType, "Split that was evaluated: train, validation or test"),
            required(EvaluationKey.SLICE, DataTypes.StringType, "Part of the split; 'all' is the whole split"),
            required(
                    EvaluationKey.LEVEL,
                    DataTypes.StringType,
                    "'leaf' for the labels themselves; '1', '2', ... for the levels of the taxonomy below its root")
        });
        for (StructField field : own) {
            schema = schema.add(field);
        }
        return schema;
    }

    /**
     * The columns of a figure and of its bounds, all null together or none.
     *
     * @param bounds where the bounds come from
     */
    public static List<StructField> optionalEstimate(String name, String comment, String bounds) {
        return List.of(
                optional(name, DataTypes.DoubleType, comment),
                optional(name + "_low", DataTypes.DoubleType, "Lower bound of " + name + " (" + bounds + ")"),
                optional(name + "_high", DataTypes.DoubleType, "Upper bound of " + name + " (" + bounds + ")"));
    }

    /** Appends the figure and its bounds, or three nulls. */
    public static void addEstimate(List<@Nullable Object> values, @Nullable Estimate estimate) {
        values.add(estimate == null ? null : estimate.value());
        values.add(estimate == null ? null : estimate.low());
        values.add(estimate == null ? null : estimate.high());
    }

    private static StructField field(String name, DataType type, boolean nullable, String comment) {
        return new StructField(
                name,
                type,
                nullable,
                new MetadataBuilder().putString(COMMENT, comment).build());
    }
}
