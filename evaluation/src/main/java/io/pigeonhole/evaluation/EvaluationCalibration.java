package io.pigeonhole.evaluation;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.io.Serializable;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * One bin of a reliability diagram: rows of like confidence, and how many of them were right. Bins hold their lower edge
 * but not their upper one, except the last; a bin without rows has no row.
 *
 * @param label the class, or null for all classes together: no class can be taken for that
 */
public record EvaluationCalibration(
        EvaluationKey key,
        @Nullable String label,
        int bin,
        double binLow,
        double binHigh,
        long count,
        double meanConfidence,
        Estimate accuracy)
        implements Serializable {

    public static final String TABLE = "evaluation_calibration";

    public static final StructType SCHEMA = Columns.keyed(
            Columns.optional("label", StringType, "The class; null for all classes together"),
            Columns.required("bin", IntegerType, "Number of the bin, from 0 on; bins without rows are left out"),
            Columns.required("bin_low", DoubleType, "Least confidence of the bin"),
            Columns.required("bin_high", DoubleType, "Where the next bin begins; within the bin only when it is 1"),
            Columns.required("count", LongType, "Rows in the bin"),
            Columns.required("mean_confidence", DoubleType, "Mean confidence of these rows"),
            Columns.required("accuracy", DoubleType, "Share of these rows that were classified correctly"),
            Columns.required("accuracy_low", DoubleType, "Lower bound of accuracy (Wilson)"),
            Columns.required("accuracy_high", DoubleType, "Upper bound of accuracy (Wilson)"));

    /** What holds for every row: name of the rule and SQL. */
    public static final Map<String, String> CONSTRAINTS = Map.of(
            "calibration_bin",
            "count > 0 AND bin >= 0 AND 0 <= bin_low AND bin_low < bin_high AND bin_high <= 1",
            "calibration_confidence",
            "0 <= mean_confidence AND mean_confidence <= 1",
            "calibration_accuracy",
            Constraints.rate("accuracy", "accuracy_low", "accuracy_high"));

    public Row toRow() {
        return RowFactory.create(
                key.model(),
                key.version(),
                key.split(),
                key.slice(),
                key.level(),
                label,
                bin,
                binLow,
                binHigh,
                count,
                meanConfidence,
                accuracy.value(),
                accuracy.low(),
                accuracy.high());
    }
}
