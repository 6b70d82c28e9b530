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
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * One bin of a reliability diagram: rows of similar probability, and how many of them are of the class; or, for all
 * classes together, rows of similar confidence, and how many of them are correct. A bin without rows has no row.
 *
 * @param label the class, or null for all classes together
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
    /** Bins of equal width; a bin includes its lower edge but not its upper one, except the last bin. */
    public static final String EQUAL_WIDTH = "equal_width";
    /** Bins with equal numbers of rows, as far as ties allow; rows that leave the class out form a bin of their own. */
    public static final String EQUAL_MASS = "equal_mass";

    public static final StructType SCHEMA = TableColumns.keyed(
            TableColumns.optional(
                    "label",
                    StringType,
                    "The class whose probability is evaluated; null for the confidence of decisions, all classes"
                            + " together"),
            TableColumns.required(
                    "binning",
                    StringType,
                    "equal_width, or equal_mass: equal numbers of rows, with rows that leave the class out in bin 0"),
            TableColumns.required("bin", IntegerType, "Number of the bin, from 0 on; bins without rows are left out"),
            TableColumns.required("bin_low", DoubleType, "Smallest probability of the bin"),
            TableColumns.required(
                    "bin_high",
                    DoubleType,
                    "equal_width: lower edge of the next bin, which is part of this bin only if it is 1; equal_mass:"
                            + " largest probability in the bin"),
            TableColumns.required("count", LongType, "Rows in the bin"),
            TableColumns.required("mean_confidence", DoubleType, "Mean probability of these rows"),
            TableColumns.required(
                    "accuracy",
                    DoubleType,
                    "Share of these rows that are of the class; for all classes together, that were classified"
                            + " correctly"),
            TableColumns.required("accuracy_low", DoubleType, "Lower bound of accuracy (Wilson)"),
            TableColumns.required("accuracy_high", DoubleType, "Upper bound of accuracy (Wilson)"));

    /** The constraints of every row: name and SQL condition. */
    public static final Map<String, String> CONSTRAINTS = Map.of(
            "calibration_bin",
            "binning IN ('equal_width', 'equal_mass') AND count > 0 AND bin >= 0 AND 0 <= bin_low"
                    + " AND bin_low <= bin_high AND bin_high <= 1",
            "calibration_confidence",
            "0 <= mean_confidence AND mean_confidence <= 1",
            "calibration_accuracy",
            Constraints.rate("accuracy", "accuracy_low", "accuracy_high"));

    public Row toRow() {
        return key.row(
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
