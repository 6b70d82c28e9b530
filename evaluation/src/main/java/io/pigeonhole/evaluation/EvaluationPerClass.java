package io.pigeonhole.evaluation;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.pigeonhole.evaluation.decisions.ClassCounts;
import io.pigeonhole.evaluation.probabilities.ClassProbabilityFigures;
import io.pigeonhole.evaluation.probabilities.ClassProbabilityMetric;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.F1;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.Constraints;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.TableColumns;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * One class of one scope; it occurs in labels, in predictions or in both.
 *
 * @param precision null where no row was predicted to be of the class
 * @param recall null where no row has this label
 * @param f1 {@code 2 tp / (2 tp + fp + fn)}, which is defined for every class that occurs: 0 where only one of
 *     precision and recall is defined. Its interval comes from the bootstrap, except where all rows of the class are
 *     right or all are wrong
 * @param probabilities how good the probability of the class is; null where rows do not list probabilities
 * @param test whether recall is lower in this slice than elsewhere; null for the whole split and where support is
 *     insufficient
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
        @Nullable ClassProbabilityFigures probabilities,
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

    private static final StructField[] OF_DECISIONS = {
        TableColumns.required(LABEL, StringType, "The class; above the leaves, a node of the taxonomy"),
        TableColumns.required(SUPPORT, LongType, "Rows with this label"),
        TableColumns.required("predicted", LongType, "Rows predicted to be of this class"),
        TableColumns.required("tp", LongType, "True positives: rows of this class that were predicted correctly"),
        TableColumns.required("fp", LongType, "False positives: rows of other classes predicted to be of this one"),
        TableColumns.required("fn", LongType, "False negatives: rows of this class predicted to be of another"),
        TableColumns.optional(
                "precision", DoubleType, "tp / predicted; null when no row was predicted to be of this class"),
        TableColumns.optional("precision_low", DoubleType, "Lower bound of precision (Wilson)"),
        TableColumns.optional("precision_high", DoubleType, "Upper bound of precision (Wilson)"),
        TableColumns.optional(RECALL, DoubleType, "tp / support; null when no row has this label"),
        TableColumns.optional("recall_low", DoubleType, "Lower bound of recall (Wilson)"),
        TableColumns.optional("recall_high", DoubleType, "Upper bound of recall (Wilson)"),
        TableColumns.required(F1, DoubleType, "2 tp / (2 tp + fp + fn)"),
        TableColumns.required(
                "f1_low", DoubleType, "Lower bound of F1 (bootstrap; Wilson when all right or all wrong)"),
        TableColumns.required(
                "f1_high", DoubleType, "Upper bound of F1 (bootstrap; Wilson when all right or all wrong)"),
        TableColumns.required(SUFFICIENT_SUPPORT, BooleanType, "Whether support reaches the configured minimum")
    };

    private static final StructField[] OF_PROBABILITIES = Stream.of(ClassProbabilityMetric.values())
            .flatMap(metric -> metric.columns().stream())
            .toArray(StructField[]::new);

    private static final StructField[] OF_LISTS_AND_SLICES = {
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
                "In slices with sufficient support: the chance of a recall this low, if the slice were drawn from the"
                        + " class at random (Fisher's one-sided exact test)"),
        TableColumns.optional(
                SLICE_Q_VALUE,
                DoubleType,
                "slice_p_value adjusted for all cells of class and slice of the split and level (Benjamini and"
                        + " Hochberg): of the cells up to a q, at most that share is expected to be false findings")
    };

    public static final StructType SCHEMA =
            TableColumns.keyed(Stream.of(OF_DECISIONS, OF_PROBABILITIES, OF_LISTS_AND_SLICES)
                    .flatMap(Stream::of)
                    .toArray(StructField[]::new));

    /** The constraints of every row: name and SQL condition. */
    public static final Map<String, String> CONSTRAINTS = constraints();

    private static Map<String, String> constraints() {
        Map<String, String> constraints = new HashMap<>(Map.ofEntries(
                Map.entry("per_class_support", "tp + fn = support AND tp + fp = predicted AND support + predicted > 0"),
                Map.entry("per_class_counts", "tp >= 0 AND fp >= 0 AND fn >= 0"),
                Map.entry(
                        "per_class_precision",
                        Constraints.rateUnless("predicted = 0", "precision", "precision_low", "precision_high")),
                Map.entry(
                        "per_class_recall",
                        Constraints.rateUnless("support = 0", "recall", "recall_low", "recall_high")),
                Map.entry("per_class_f1", Constraints.rate("f1", "f1_low", "f1_high")),
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
                        "coalesce(slice_p_value BETWEEN 0 AND 1 AND slice_p_value <= slice_q_value AND slice_q_value"
                                + " <= 1, slice_p_value IS NULL AND slice_q_value IS NULL)")));
        for (ClassProbabilityMetric metric : ClassProbabilityMetric.values()) {
            if (metric.isRate()) {
                String column = metric.column();
                constraints.put(
                        "per_class_" + column, Constraints.rateOrNull(column, column + "_low", column + "_high"));
            }
        }
        return Map.copyOf(constraints);
    }

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

    EvaluationPerClass withProbabilities(@Nullable ClassProbabilityFigures known) {
        return new EvaluationPerClass(
                key, label, support, predicted, tp, precision, recall, f1, sufficientSupport, known, test);
    }

    EvaluationPerClass withTest(@Nullable SliceComparison tested) {
        return new EvaluationPerClass(
                key, label, support, predicted, tp, precision, recall, f1, sufficientSupport, probabilities, tested);
    }

    public long fp() {
        return predicted - tp;
    }

    public long fn() {
        return support - tp;
    }

    public Row toRow() {
        List<@Nullable Object> values = new ArrayList<>(List.of(label, support, predicted, tp, fp(), fn()));
        TableColumns.addEstimate(values, precision);
        TableColumns.addEstimate(values, recall);
        TableColumns.addEstimate(values, f1);
        values.add(sufficientSupport);
        addProbabilities(values);
        values.add(test == null ? null : test.pValue());
        values.add(test == null ? null : test.qValue());
        return key.row(values.toArray());
    }

    private void addProbabilities(List<@Nullable Object> values) {
        for (ClassProbabilityMetric metric : ClassProbabilityMetric.values()) {
            TableColumns.addEstimate(values, probabilities == null ? null : probabilities.estimate(metric));
        }
        values.add(probabilities == null ? null : probabilities.unlistedPositives());
        values.add(probabilities == null ? null : probabilities.unlistedProbability());
    }
}
