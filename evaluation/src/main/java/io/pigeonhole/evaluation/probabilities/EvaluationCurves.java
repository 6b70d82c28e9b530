package io.pigeonhole.evaluation.probabilities;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.Constraints;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.TableColumns;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * One point of the precision-recall curve and of the ROC curve of one class against the rest. Points are thinned, but
 * each one is exact.
 *
 * @param threshold a row is predicted to be of the class if its probability is at least this
 * @param tp rows of the class from the threshold on
 * @param fp other rows from the threshold on
 * @param falsePositiveRate null where every row is of the class
 */
public record EvaluationCurves(
        EvaluationKey key,
        String label,
        double threshold,
        long tp,
        long fp,
        long positives,
        long negatives,
        Estimate precision,
        Estimate truePositiveRate,
        @Nullable Estimate falsePositiveRate)
        implements ScoreResult {

    public static final String TABLE = "evaluation_curves";

    public static final StructType SCHEMA = TableColumns.keyed(
            TableColumns.required("label", StringType, "The class; above the leaves, a node of the taxonomy"),
            TableColumns.required(
                    "threshold",
                    DoubleType,
                    "Smallest probability with which a row is predicted to be of the class at this point"),
            TableColumns.required("tp", LongType, "Rows of the class from this threshold on"),
            TableColumns.required("fp", LongType, "Rows of other classes from this threshold on"),
            TableColumns.required("positives", LongType, "Rows of the class"),
            TableColumns.required("negatives", LongType, "Rows of other classes"),
            TableColumns.required("precision", DoubleType, "tp / (tp + fp)"),
            TableColumns.required("precision_low", DoubleType, "Lower bound of precision (Wilson)"),
            TableColumns.required("precision_high", DoubleType, "Upper bound of precision (Wilson)"),
            TableColumns.required("recall", DoubleType, "tp / positives"),
            TableColumns.required("recall_low", DoubleType, "Lower bound of recall (Wilson)"),
            TableColumns.required("recall_high", DoubleType, "Upper bound of recall (Wilson)"),
            TableColumns.required("true_positive_rate", DoubleType, "The recall, under its name in ROC curves"),
            TableColumns.optional(
                    "false_positive_rate", DoubleType, "fp / negatives; null where every row is of the class"),
            TableColumns.optional("false_positive_rate_low", DoubleType, "Lower bound of false_positive_rate (Wilson)"),
            TableColumns.optional(
                    "false_positive_rate_high", DoubleType, "Upper bound of false_positive_rate (Wilson)"));

    /** The constraints of every row: name and SQL condition. */
    public static final Map<String, String> CONSTRAINTS = Map.of(
            "curves_counts",
            "0 < tp AND tp <= positives AND 0 <= fp AND fp <= negatives",
            "curves_threshold",
            "0 < threshold AND threshold <= 1",
            "curves_precision",
            Constraints.rate("precision", "precision_low", "precision_high"),
            "curves_recall",
            Constraints.rate("recall", "recall_low", "recall_high") + " AND true_positive_rate = recall",
            "curves_false_positive_rate",
            Constraints.rateUnless(
                    "negatives = 0", "false_positive_rate", "false_positive_rate_low", "false_positive_rate_high"));

    static EvaluationCurves of(
            EvaluationKey key,
            String label,
            double threshold,
            long tp,
            long fp,
            long positives,
            long negatives,
            Wilson wilson) {
        return new EvaluationCurves(
                key,
                label,
                threshold,
                tp,
                fp,
                positives,
                negatives,
                wilson.estimate(tp, tp + fp),
                wilson.estimate(tp, positives),
                negatives == 0 ? null : wilson.estimate(fp, negatives));
    }

    public Row toRow() {
        return key.row(
                label,
                threshold,
                tp,
                fp,
                positives,
                negatives,
                precision.value(),
                precision.low(),
                precision.high(),
                truePositiveRate.value(),
                truePositiveRate.low(),
                truePositiveRate.high(),
                truePositiveRate.value(),
                falsePositiveRate == null ? null : falsePositiveRate.value(),
                falsePositiveRate == null ? null : falsePositiveRate.low(),
                falsePositiveRate == null ? null : falsePositiveRate.high());
    }
}
