package io.pigeonhole.evaluation.probabilities;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.pigeonhole.evaluation.settings.ThresholdSpec;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.tables.Constraints;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.TableColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A threshold of one class, chosen on validation alone, and its figures on one split: a row is predicted to be of the
 * class if its probability is at least the threshold, whatever the probabilities of the other classes.
 *
 * @param criterion for which it was chosen, see {@link ThresholdSpec}
 * @param threshold null where no row is to be predicted to be of the class
 * @param reached whether a threshold meets the criterion
 * @param chosenFrom rows of the class in validation
 * @param sufficientSupport whether these reach the minimum
 * @param cost expected cost of a row; null where the criterion is not a cost
 */
public record EvaluationThresholds(
        EvaluationKey key,
        String label,
        String criterion,
        @Nullable Double threshold,
        boolean reached,
        long chosenFrom,
        boolean sufficientSupport,
        long support,
        long tp,
        long fp,
        @Nullable Estimate precision,
        @Nullable Estimate recall,
        @Nullable Estimate f1,
        @Nullable Estimate cost)
        implements ScoreResult {

    public static final String TABLE = "thresholds";
    public static final String LABEL = "label";
    public static final String CRITERION = "criterion";

    public static final StructType SCHEMA = TableColumns.keyed(
            TableColumns.required(LABEL, StringType, "The class; above the leaves, a node of the taxonomy"),
            TableColumns.required(
                    CRITERION,
                    StringType,
                    "Criterion of the choice: f1, precision >= x, recall >= x or cost false positive : false"
                            + " negative"),
            TableColumns.optional(
                    "threshold",
                    DoubleType,
                    "Smallest probability with which a row is predicted to be of this class; chosen on validation"
                            + " alone. Null: no row is"),
            TableColumns.required(
                    "reached",
                    BooleanType,
                    "Whether a threshold above all probabilities that predictions leave out meets the criterion"),
            TableColumns.required("validation_support", LongType, "Rows of this class in validation"),
            TableColumns.required(
                    "sufficient_support", BooleanType, "Whether validation_support reaches the configured minimum"),
            TableColumns.required("support", LongType, "Rows of this class in the split of this row"),
            TableColumns.required("tp", LongType, "Of these, rows from the threshold on"),
            TableColumns.required("fp", LongType, "Rows of other classes from the threshold on"),
            TableColumns.required("fn", LongType, "Rows of this class below the threshold"),
            TableColumns.optional(
                    "precision",
                    DoubleType,
                    "tp / (tp + fp) in this split; optimistic in validation. Null when no row is from the threshold"
                            + " on"),
            TableColumns.optional("precision_low", DoubleType, "Lower bound of precision (Wilson)"),
            TableColumns.optional("precision_high", DoubleType, "Upper bound of precision (Wilson)"),
            TableColumns.optional("recall", DoubleType, "tp / support; null when no row has this label"),
            TableColumns.optional("recall_low", DoubleType, "Lower bound of recall (Wilson)"),
            TableColumns.optional("recall_high", DoubleType, "Upper bound of recall (Wilson)"),
            TableColumns.optional("f1", DoubleType, "2 tp / (2 tp + fp + fn); null without any of these rows"),
            TableColumns.optional(
                    "f1_low", DoubleType, "Lower bound of F1 (bootstrap; Wilson when all right or all wrong)"),
            TableColumns.optional(
                    "f1_high", DoubleType, "Upper bound of F1 (bootstrap; Wilson when all right or all wrong)"),
            TableColumns.optional(
                    "cost",
                    DoubleType,
                    "Expected cost of a row, whatever its class; null where the criterion is not a cost"),
            TableColumns.optional("cost_low", DoubleType, "Lower bound of cost (bootstrap)"),
            TableColumns.optional("cost_high", DoubleType, "Upper bound of cost (bootstrap)"));

    /** The constraints of every row: name and SQL condition. */
    public static final Map<String, String> CONSTRAINTS = Map.of(
            "thresholds_counts",
            "tp >= 0 AND fp >= 0 AND fn >= 0 AND tp + fn = support AND (threshold IS NOT NULL OR tp + fp = 0)",
            "thresholds_threshold",
            "threshold IS NULL OR (reached AND 0 < threshold AND threshold <= 1)",
            "thresholds_precision",
            Constraints.rateUnless("tp + fp = 0", "precision", "precision_low", "precision_high"),
            "thresholds_recall",
            Constraints.rateUnless("support = 0", "recall", "recall_low", "recall_high"),
            "thresholds_f1",
            Constraints.rateUnless("support + tp + fp = 0", "f1", "f1_low", "f1_high"),
            "thresholds_cost",
            "coalesce(0 <= cost_low AND cost_low <= cost AND cost <= cost_high, cost IS NULL)");

    public Row toRow() {
        List<@Nullable Object> values = new ArrayList<>(List.of(label, criterion));
        values.add(threshold);
        values.addAll(List.of(reached, chosenFrom, sufficientSupport, support, tp, fp, support - tp));
        for (Estimate estimate : Arrays.asList(precision, recall, f1, cost)) {
            TableColumns.addEstimate(values, estimate);
        }
        return key.row(values.toArray());
    }
}
