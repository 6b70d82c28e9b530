package io.pigeonhole.evaluation;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.pigeonhole.evaluation.decisions.ClassCounts;
import io.pigeonhole.evaluation.probabilities.Calibration;
import io.pigeonhole.evaluation.probabilities.ClassScores;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.F1;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.Constraints;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.TableColumns;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * One class of one scope, be it in labels, in predictions or in both.
 *
 * @param precision null where nothing was predicted to be the class
 * @param recall null where nothing bears its label
 * @param f1 {@code 2 tp / (2 tp + fp + fn)}, which is defined for every class that occurs: 0 where only one of precision
 *     and recall is. Its interval is a bootstrap one, except where the class is all right or all wrong
 * @param scores how good the probability of the class is; null where rows do not list probabilities
 * @param test whether the class is recognised less often in this slice than elsewhere; null for the whole split and where
 *     support is not sufficient
 */
public record EvaluationPerClass(
        EvaluationKey key,
        String label,
        long support,
        long predicted,
        long tp,
        @Nullable Estimate precision,
        @Nullable Estimate recall,
        Estimate f1,
        boolean sufficientSupport,
        @Nullable ClassScores scores,
        @Nullable SliceComparison test)
        implements Serializable {

    public static final String TABLE = "evaluation_per_class";
    public static final String LABEL = "label";
    public static final String SUPPORT = "support";
    public static final String RECALL = "recall";
    public static final String F1 = "f1";
    public static final String SUFFICIENT_SUPPORT = "sufficient_support";
    public static final String SLICE_P_VALUE = "slice_p_value";
    public static final String SLICE_Q_VALUE = "slice_q_value";

    public static final StructType SCHEMA = TableColumns.keyed(
            TableColumns.required(LABEL, StringType, "The class; a node of the taxonomy above the leaves"),
            TableColumns.required(SUPPORT, LongType, "Rows that bear this label"),
            TableColumns.required("predicted", LongType, "Rows predicted to be of this class"),
            TableColumns.required("tp", LongType, "True positives: rows of this class that were recognised"),
            TableColumns.required("fp", LongType, "False positives: rows of other classes predicted to be of this one"),
            TableColumns.required("fn", LongType, "False negatives: rows of this class predicted to be of another"),
            TableColumns.optional(
                    "precision", DoubleType, "tp / predicted; null when nothing was predicted to be this class"),
            TableColumns.optional("precision_low", DoubleType, "Lower bound of precision (Wilson)"),
            TableColumns.optional("precision_high", DoubleType, "Upper bound of precision (Wilson)"),
            TableColumns.optional(RECALL, DoubleType, "tp / support; null when no row bears this label"),
            TableColumns.optional("recall_low", DoubleType, "Lower bound of recall (Wilson)"),
            TableColumns.optional("recall_high", DoubleType, "Upper bound of recall (Wilson)"),
            TableColumns.required(F1, DoubleType, "2 tp / (2 tp + fp + fn)"),
            TableColumns.required(
                    "f1_low", DoubleType, "Lower bound of F1 (bootstrap; Wilson when all right or all wrong)"),
            TableColumns.required(
                    "f1_high", DoubleType, "Upper bound of F1 (bootstrap; Wilson when all right or all wrong)"),
            TableColumns.required(
                    SUFFICIENT_SUPPORT, BooleanType, "Whether support reaches the minimum that was configured"),
            TableColumns.optional(
                    "roc_auc",
                    DoubleType,
                    "Chance that a row of this class is given a higher probability of it than another row; ties count half;"
                            + " null without probabilities and without both kinds of rows"),
            TableColumns.optional(
                    "roc_auc_low", DoubleType, "Lower bound of roc_auc (DeLong, on log-odds; bootstrap of groups)"),
            TableColumns.optional(
                    "roc_auc_high", DoubleType, "Upper bound of roc_auc (DeLong, on log-odds; bootstrap of groups)"),
            TableColumns.optional(
                    "average_precision",
                    DoubleType,
                    "Mean over the rows of this class of the precision at their probability; null without probabilities and"
                            + " without rows of this class"),
            TableColumns.optional(
                    "average_precision_low",
                    DoubleType,
                    "Lower bound of average_precision (Boyd et al., logit; bootstrap of groups)"),
            TableColumns.optional(
                    "average_precision_high",
                    DoubleType,
                    "Upper bound of average_precision (Boyd et al., logit; bootstrap of groups)"),
            TableColumns.optional(
                    "brier",
                    DoubleType,
                    "Mean squared difference between the probability of this class and 1 or 0 for whether it is the label;"
                            + " brier = brier_reliability - brier_resolution + brier_uncertainty"),
            TableColumns.optional("brier_low", DoubleType, "Lower bound of brier (bootstrap)"),
            TableColumns.optional("brier_high", DoubleType, "Upper bound of brier (bootstrap)"),
            TableColumns.optional(
                    "calibration_error",
                    DoubleType,
                    "Mean gap between the probability of this class and how often it is the label, in equal-width bins"),
            TableColumns.optional("calibration_error_low", DoubleType, "Lower bound of calibration_error (bootstrap)"),
            TableColumns.optional("calibration_error_high", DoubleType, "Upper bound of calibration_error (bootstrap)"),
            TableColumns.optional(
                    "brier_reliability",
                    DoubleType,
                    "Mean squared gap between the probability of this class and how often it is the label, in the same"
                            + " bins: what calibration could mend"),
            TableColumns.optional("brier_reliability_low", DoubleType, "Lower bound of brier_reliability (bootstrap)"),
            TableColumns.optional("brier_reliability_high", DoubleType, "Upper bound of brier_reliability (bootstrap)"),
            TableColumns.optional(
                    "brier_resolution",
                    DoubleType,
                    "How far the probabilities tell rows of this class from others, within bins too; negative where they"
                            + " mislead"),
            TableColumns.optional("brier_resolution_low", DoubleType, "Lower bound of brier_resolution (bootstrap)"),
            TableColumns.optional("brier_resolution_high", DoubleType, "Upper bound of brier_resolution (bootstrap)"),
            TableColumns.optional(
                    "brier_uncertainty",
                    DoubleType,
                    "Brier score of always giving the share of this class: share * (1 - share)"),
            TableColumns.optional("brier_uncertainty_low", DoubleType, "Lower bound of brier_uncertainty (bootstrap)"),
            TableColumns.optional("brier_uncertainty_high", DoubleType, "Upper bound of brier_uncertainty (bootstrap)"),
            TableColumns.optional(
                    "unlisted_positives",
                    DoubleType,
                    "Share of support whose probability of this class is left out: roc_auc is off by at most half of it,"
                            + " average_precision by at most all of it"),
            TableColumns.optional(
                    "unlisted_probability",
                    DoubleType,
                    "Largest probability that a row leaves out: brier and its parts are off by at most twice that,"
                            + " calibration_error by it"),
            TableColumns.optional(
                    SLICE_P_VALUE,
                    DoubleType,
                    "In slices of sufficient support: the chance of so low a recall, were the slice drawn from the class at"
                            + " random (one-sided exact test of Fisher)"),
            TableColumns.optional(
                    SLICE_Q_VALUE,
                    DoubleType,
                    "slice_p_value adjusted for all cells of class and slice of the split and level (Benjamini and Hochberg):"
                            + " of the cells up to a q, at most that share is expected to be there by chance"));

    /** What holds for every row: name of the rule and SQL. */
    public static final Map<String, String> CONSTRAINTS = Map.ofEntries(
            Map.entry("per_class_support", "tp + fn = support AND tp + fp = predicted AND support + predicted > 0"),
            Map.entry("per_class_counts", "tp >= 0 AND fp >= 0 AND fn >= 0"),
            Map.entry(
                    "per_class_precision",
                    Constraints.rateUnless("predicted = 0", "precision", "precision_low", "precision_high")),
            Map.entry("per_class_recall", Constraints.rateUnless("support = 0", "recall", "recall_low", "recall_high")),
            Map.entry("per_class_f1", Constraints.rate("f1", "f1_low", "f1_high")),
            Map.entry("per_class_roc_auc", Constraints.rateOrNull("roc_auc", "roc_auc_low", "roc_auc_high")),
            Map.entry(
                    "per_class_average_precision",
                    Constraints.rateOrNull("average_precision", "average_precision_low", "average_precision_high")),
            Map.entry("per_class_brier", Constraints.rateOrNull("brier", "brier_low", "brier_high")),
            Map.entry(
                    "per_class_calibration_error",
                    Constraints.rateOrNull("calibration_error", "calibration_error_low", "calibration_error_high")),
            Map.entry(
                    "per_class_brier_parts",
                    "coalesce(abs(brier_reliability - brier_resolution + brier_uncertainty - brier) <= 1e-9,"
                            + " calibration_error IS NULL)"),
            Map.entry(
                    "per_class_unlisted",
                    "coalesce(unlisted_positives BETWEEN 0 AND 1 AND unlisted_probability BETWEEN 0 AND 1, brier IS"
                            + " NULL)"),
            Map.entry(
                    "per_class_slice_test",
                    "coalesce(slice_p_value BETWEEN 0 AND 1 AND slice_p_value <= slice_q_value AND slice_q_value <= 1,"
                            + " slice_p_value IS NULL AND slice_q_value IS NULL)"));

    static EvaluationPerClass of(EvaluationKey key, ClassCounts counts, Wilson wilson, long minimumSupport) {
        return new EvaluationPerClass(
                key,
                counts.label(),
                counts.support(),
                counts.predicted(),
                counts.correct(),
                counts.predicted() == 0 ? null : wilson.estimate(counts.correct(), counts.predicted()),
                counts.support() == 0 ? null : wilson.estimate(counts.correct(), counts.support()),
                counts.f1(),
                counts.support() >= minimumSupport,
                null,
                null);
    }

    EvaluationPerClass withScores(@Nullable ClassScores known) {
        return new EvaluationPerClass(
                key, label, support, predicted, tp, precision, recall, f1, sufficientSupport, known, test);
    }

    EvaluationPerClass withTest(@Nullable SliceComparison tested) {
        return new EvaluationPerClass(
                key, label, support, predicted, tp, precision, recall, f1, sufficientSupport, scores, tested);
    }

    public long fp() {
        return predicted - tp;
    }

    public long fn() {
        return support - tp;
    }

    public Row toRow() {
        List<@Nullable Object> values = new ArrayList<>(List.of(
                key.model(),
                key.version(),
                key.split(),
                key.slice(),
                key.level(),
                label,
                support,
                predicted,
                tp,
                fp(),
                fn()));
        TableColumns.addEstimate(values, precision);
        TableColumns.addEstimate(values, recall);
        TableColumns.addEstimate(values, f1);
        values.add(sufficientSupport);
        addScores(values);
        values.add(test == null ? null : test.pValue());
        values.add(test == null ? null : test.qValue());
        return RowFactory.create(values.toArray());
    }

    private void addScores(List<@Nullable Object> values) {
        Calibration calibration = scores == null ? null : scores.calibration();
        TableColumns.addEstimate(values, scores == null ? null : scores.area());
        TableColumns.addEstimate(values, scores == null ? null : scores.precision());
        TableColumns.addEstimate(values, scores == null ? null : scores.brier());
        TableColumns.addEstimate(values, calibration == null ? null : calibration.error());
        TableColumns.addEstimate(values, calibration == null ? null : calibration.reliability());
        TableColumns.addEstimate(values, calibration == null ? null : calibration.resolution());
        TableColumns.addEstimate(values, calibration == null ? null : calibration.uncertainty());
        values.add(scores == null ? null : scores.unlistedPositives());
        values.add(scores == null ? null : scores.unlistedProbability());
    }
}
