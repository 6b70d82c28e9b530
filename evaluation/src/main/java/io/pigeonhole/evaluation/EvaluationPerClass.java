package io.pigeonhole.evaluation;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.io.Serializable;
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
        boolean sufficientSupport)
        implements Serializable {

    public static final String TABLE = "evaluation_per_class";
    public static final String LABEL = "label";
    public static final String SUPPORT = "support";
    public static final String F1 = "f1";
    public static final String SUFFICIENT_SUPPORT = "sufficient_support";

    public static final StructType SCHEMA = Columns.keyed(
            Columns.required(LABEL, StringType, "The class; a node of the taxonomy above the leaves"),
            Columns.required(SUPPORT, LongType, "Rows that bear this label"),
            Columns.required("predicted", LongType, "Rows predicted to be of this class"),
            Columns.required("tp", LongType, "True positives: rows of this class that were recognised"),
            Columns.required("fp", LongType, "False positives: rows of other classes predicted to be of this one"),
            Columns.required("fn", LongType, "False negatives: rows of this class predicted to be of another"),
            Columns.optional(
                    "precision", DoubleType, "tp / predicted; null when nothing was predicted to be this class"),
            Columns.optional("precision_low", DoubleType, "Lower bound of precision (Wilson)"),
            Columns.optional("precision_high", DoubleType, "Upper bound of precision (Wilson)"),
            Columns.optional("recall", DoubleType, "tp / support; null when no row bears this label"),
            Columns.optional("recall_low", DoubleType, "Lower bound of recall (Wilson)"),
            Columns.optional("recall_high", DoubleType, "Upper bound of recall (Wilson)"),
            Columns.required(F1, DoubleType, "2 tp / (2 tp + fp + fn)"),
            Columns.required("f1_low", DoubleType, "Lower bound of F1 (bootstrap; Wilson when all right or all wrong)"),
            Columns.required(
                    "f1_high", DoubleType, "Upper bound of F1 (bootstrap; Wilson when all right or all wrong)"),
            Columns.required(
                    SUFFICIENT_SUPPORT, BooleanType, "Whether support reaches the minimum that was configured"));

    /** What holds for every row: name of the rule and SQL. */
    public static final Map<String, String> CONSTRAINTS = Map.of(
            "per_class_support",
            "tp + fn = support AND tp + fp = predicted AND support + predicted > 0",
            "per_class_counts",
            "tp >= 0 AND fp >= 0 AND fn >= 0",
            "per_class_precision",
            Constraints.rateUnless("predicted = 0", "precision", "precision_low", "precision_high"),
            "per_class_recall",
            Constraints.rateUnless("support = 0", "recall", "recall_low", "recall_high"),
            "per_class_f1",
            Constraints.rate("f1", "f1_low", "f1_high"));

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
                counts.support() >= minimumSupport);
    }

    public long fp() {
        return predicted - tp;
    }

    public long fn() {
        return support - tp;
    }

    public Row toRow() {
        return RowFactory.create(
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
                fn(),
                precision == null ? null : precision.value(),
                precision == null ? null : precision.low(),
                precision == null ? null : precision.high(),
                recall == null ? null : recall.value(),
                recall == null ? null : recall.low(),
                recall == null ? null : recall.high(),
                f1.value(),
                f1.low(),
                f1.high(),
                sufficientSupport);
    }
}
