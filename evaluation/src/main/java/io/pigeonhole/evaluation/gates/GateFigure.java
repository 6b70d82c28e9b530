package io.pigeonhole.evaluation.gates;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.MultipleTesting;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.TableColumns;
import java.io.Serializable;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * One statement, about one class or about all of them, with its verdict and the figures behind it.
 *
 * @param champion the champion at that time; null where there was none
 * @param label null where the statement is about all classes together
 * @param estimate the metric, or its difference to the champion's; null where there is no row to compute it from
 * @param confidenceLevel of the interval, after adjustment
 * @param support labelled rows behind it: of the class, or all
 * @param rowsNeeded additional labelled rows that would decide the verdict; null where it is decided, or where no such
 *     number is known
 */
public record GateFigure(
        EvaluationKey key,
        @Nullable EvaluationKey champion,
        GateStatement statement,
        @Nullable String label,
        @Nullable Estimate estimate,
        double confidenceLevel,
        MultipleTesting adjustment,
        long support,
        GateVerdict verdict,
        @Nullable Long rowsNeeded)
        implements Serializable {

    public static final String TABLE = "gates";

    public static final StructType SCHEMA = TableColumns.keyed(
            TableColumns.required("statement", StringType, "The statement as it was configured"),
            TableColumns.optional("label", StringType, "The class; null where it is about all classes together"),
            TableColumns.required("metric", StringType, "Name of the metric"),
            TableColumns.required("relation", StringType, "at_least or at_most"),
            TableColumns.required(
                    "reference", StringType, "fixed; or champion: value and bound are differences to the champion's"),
            TableColumns.required("bound", DoubleType, "The smallest or largest value that passes"),
            TableColumns.required("judged_on", StringType, "bound: the whole interval must pass; point: value alone"),
            TableColumns.optional("value", DoubleType, "The figure; null when there is no row to compute it from"),
            TableColumns.optional("low", DoubleType, "Lower bound of its interval"),
            TableColumns.optional("high", DoubleType, "Upper bound of its interval"),
            TableColumns.required(
                    "confidence_level", DoubleType, "Level of the interval, adjusted for the number of statements"),
            TableColumns.required("adjustment", StringType, "What adjusted the level: holm, bonferroni or none"),
            TableColumns.required(
                    "support", LongType, "Labelled rows behind the figure; those of the class for a class"),
            TableColumns.optional(
                    "champion_model", StringType, "Model that was champion then; null when there was none"),
            TableColumns.optional("champion_version", IntegerType, "Its version; null when there was none"),
            TableColumns.required("verdict", StringType, "pass, fail or not_enough_data"),
            TableColumns.optional(
                    "rows_needed",
                    LongType,
                    "Additional labelled rows (of the class; without a class, of all classes in their present shares)"
                            + " that would decide if value stays the same; null when decided or unknown"));

    /** The constraints of every row: name and SQL condition. */
    public static final Map<String, String> CONSTRAINTS = Map.of(
            "gate_interval",
            "CASE WHEN value IS NULL THEN low IS NULL AND high IS NULL AND verdict = 'not_enough_data'"
                    + " ELSE coalesce(low <= value AND value <= high, false) END",
            "gate_verdict",
            "verdict IN ('pass', 'fail', 'not_enough_data')",
            "gate_pass",
            "verdict != 'pass' OR coalesce(CASE WHEN relation = 'at_least' THEN if(judged_on = 'bound', low, value) >="
                    + " bound ELSE if(judged_on = 'bound', high, value) <= bound END, false)",
            "gate_champion",
            "(champion_model IS NULL) = (champion_version IS NULL) AND (reference = 'fixed' OR champion_model IS NOT"
                    + " NULL)",
            "gate_rows_needed",
            "rows_needed IS NULL OR (rows_needed > 0 AND verdict = 'not_enough_data')");

    public Row toRow() {
        return key.row(
                statement.text(),
                label,
                statement.metric(),
                statement.relation().label(),
                statement.reference().label(),
                statement.bound(),
                statement.judgedOn().label(),
                estimate == null ? null : estimate.value(),
                estimate == null ? null : estimate.low(),
                estimate == null ? null : estimate.high(),
                confidenceLevel,
                adjustment.label(),
                support,
                champion == null ? null : champion.model(),
                champion == null ? null : champion.version(),
                verdict.label(),
                rowsNeeded);
    }
}
