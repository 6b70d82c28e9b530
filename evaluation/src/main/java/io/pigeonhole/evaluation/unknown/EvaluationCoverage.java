package io.pigeonhole.evaluation.unknown;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.LongType;

import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.tables.Constraints;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.TableColumns;
import java.io.Serializable;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * What would happen if all rows whose unknown score is above a threshold were decided to be unknown, and all others for
 * their class: a point of the curve of coverage against risk (R. El-Yaniv and Y. Wiener, "On the foundations of
 * noise-free selective classification", JMLR 11, 2010).
 *
 * @param threshold largest score of the accepted rows
 * @param accepted rows up to the threshold
 * @param rows all labelled rows, of classes and of none
 * @param risk share of the accepted rows that are of another class than decided, or of none
 * @param inScopeLoss share of the rows of classes that are not accepted; null without such rows
 * @param unknownRecall share of the rows of no class that are not accepted; null without such rows
 */
public record EvaluationCoverage(
        EvaluationKey key,
        double threshold,
        long accepted,
        long rows,
        Estimate risk,
        @Nullable Double inScopeLoss,
        @Nullable Double unknownRecall)
        implements Serializable {

    public static final String TABLE = "evaluation_coverage";

    public static final StructType SCHEMA = TableColumns.keyed(
            TableColumns.required(
                    "threshold", DoubleType, "Largest unknown_score with which a row is accepted at this point"),
            TableColumns.required("accepted", LongType, "Labelled rows that are accepted: decided for a class"),
            TableColumns.required("support", LongType, "Labelled rows, of classes and of none"),
            TableColumns.required("coverage", DoubleType, "accepted / support"),
            TableColumns.required(
                    "risk",
                    DoubleType,
                    "Share of the accepted rows that are of another class than decided, or of none"),
            TableColumns.required("risk_low", DoubleType, "Lower bound of risk (Wilson)"),
            TableColumns.required("risk_high", DoubleType, "Upper bound of risk (Wilson)"),
            TableColumns.optional(
                    "in_scope_loss",
                    DoubleType,
                    "Share of the rows of classes that are not accepted; null without such rows"),
            TableColumns.optional(
                    "unknown_recall",
                    DoubleType,
                    "Share of the rows of no class that are not accepted; null without such rows"));

    /** The constraints of every row: name and SQL condition. */
    public static final Map<String, String> CONSTRAINTS = Map.of(
            "coverage_counts",
            "0 < accepted AND accepted <= support",
            "coverage_risk",
            Constraints.rate("risk", "risk_low", "risk_high"),
            "coverage_shares",
            "coalesce(in_scope_loss BETWEEN 0 AND 1, true) AND coalesce(unknown_recall BETWEEN 0 AND 1, true)");

    public Row toRow() {
        return key.row(
                threshold,
                accepted,
                rows,
                (double) accepted / rows,
                risk.value(),
                risk.low(),
                risk.high(),
                inScopeLoss,
                unknownRecall);
    }
}
