package io.pigeonhole.evaluation.probabilities;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.tables.Constraints;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.TableColumns;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * One bin of a reliability diagram: rows of like probability, and how many of them were of the class; or, for all classes
 * together, rows of like confidence, and how many of them were right. A bin without rows has no row.
 *
 * @param label the class, or null for all classes together: no class can be taken for that
 * @param binning {@link #EQUAL_WIDTH} or {@link #EQUAL_MASS}
 */
public record EvaluationCalibration(
        EvaluationKey key,
        @Nullable String label,
        String binning,
        int bin,
        double binLow,
        double binHigh,
        long count,
        double meanConfidence,
        Estimate accuracy)
        implements ScoreResult {

    public static final String TABLE = "evaluation_calibration";
    /** Bins that are equally wide; they hold their lower edge but not their upper one, except the last. */
    public static final String EQUAL_WIDTH = "equal_width";
    /** Bins of equally many rows, as far as ties allow; what rows leave out is a bin of its own. */
    public static final String EQUAL_MASS = "equal_mass";

    public static final StructType SCHEMA = TableColumns.keyed(
            TableColumns.optional(
                    "label",
                    StringType,
                    "The class whose probability is judged; null for the confidence of decisions, all classes together"),
            TableColumns.required(
                    "binning",
                    StringType,
                    "equal_width, or equal_mass: as many rows in each, with rows that leave the class out in bin 0"),
            TableColumns.required("bin", IntegerType, "Number of the bin, from 0 on; bins without rows are left out"),
            TableColumns.required("bin_low", DoubleType, "Least probability of the bin"),
            TableColumns.required(
                    "bin_high",
                    DoubleType,
                    "equal_width: where the next bin begins, within the bin only when it is 1; equal_mass: the greatest"
                            + " probability in it"),
            TableColumns.required("count", LongType, "Rows in the bin"),
            TableColumns.required("mean_confidence", DoubleType, "Mean probability of these rows"),
            TableColumns.required(
                    "accuracy",
                    DoubleType,
                    "Share of these rows that are of the class; for all classes together, that were classified correctly"),
            TableColumns.required("accuracy_low", DoubleType, "Lower bound of accuracy (Wilson)"),
            TableColumns.required("accuracy_high", DoubleType, "Upper bound of accuracy (Wilson)"));

    /** What holds for every row: name of the rule and SQL. */
    public static final Map<String, String> CONSTRAINTS = Map.of(
            "calibration_bin",
            "binning IN ('equal_width', 'equal_mass') AND count > 0 AND bin >= 0 AND 0 <= bin_low"
                    + " AND bin_low <= bin_high AND bin_high <= 1",
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
                binning,
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
