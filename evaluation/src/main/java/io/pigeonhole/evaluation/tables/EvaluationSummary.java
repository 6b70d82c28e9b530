package io.pigeonhole.evaluation.tables;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.IntervalMethod;
import java.io.Serializable;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * One metric of one scope. A metric that is undefined, or cannot be computed from the predictions, has no row.
 *
 * @param support rows behind the figure
 * @param sufficientSupport whether they reach the minimum that was configured
 */
public record EvaluationSummary(
        EvaluationKey key,
        String metric,
        Estimate estimate,
        long support,
        IntervalMethod method,
        boolean sufficientSupport)
        implements Serializable {

    public static final String TABLE = "evaluation_summary";
    public static final String METRIC = "metric";

    public static final StructType SCHEMA = TableColumns.keyed(
            TableColumns.required(METRIC, StringType, "Name of the metric, such as accuracy or macro_f1"),
            TableColumns.required("value", DoubleType, "The figure; a count for labelled and unlabelled"),
            TableColumns.required("low", DoubleType, "Lower bound of its interval"),
            TableColumns.required("high", DoubleType, "Upper bound of its interval"),
            TableColumns.required("support", LongType, "Rows behind the figure"),
            TableColumns.required(
                    "method",
                    StringType,
                    "Where the interval comes from: wilson, bootstrap, bias_corrected (bootstrap less the bias of the"
                            + " figure) or exact"),
            TableColumns.required("sufficient_support", BooleanType, "Whether support reaches the configured minimum"));

    /** The constraints of every row: name and SQL condition. */
    public static final Map<String, String> CONSTRAINTS = Map.of(
            "summary_interval",
            "low <= value AND value <= high AND NOT isnan(value) AND NOT isnan(low) AND NOT isnan(high)",
            "summary_range",
            "metric IN ('labelled', 'unlabelled', 'log_loss', 'error_distance', 'brier', 'brier_reliability',"
                    + " 'brier_resolution') OR high <= 1",
            "summary_sign",
            "metric IN ('mcc', 'cohen_kappa', 'brier_resolution') OR low >= 0");

    public Row toRow() {
        return key.row(
                metric, estimate.value(), estimate.low(), estimate.high(), support, method.label(), sufficientSupport);
    }
}
