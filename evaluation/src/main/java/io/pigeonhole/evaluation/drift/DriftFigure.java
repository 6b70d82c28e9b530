package io.pigeonhole.evaluation.drift;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.TestResult;
import io.pigeonhole.evaluation.statistics.TestedFigure;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.TableColumns;
import java.io.Serializable;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * One figure of how far the predictions of a model version on one split differ from those on another.
 *
 * @param key the split under test
 * @param baseSplit the split that it is compared with
 * @param metric {@link #PREDICTED_LABELS}, {@link #CONFIDENCE} or {@link #SHARE}
 * @param label the class of a share; null otherwise
 * @param support rows of the split under test; {@code baseSupport} those of the other
 * @param value mean confidence, or share of the rows that were predicted to be of the class; null for the predicted
 *     labels together. The same holds for {@code baseValue}
 * @param distance between the two; it has an interval only where it is a difference of shares
 * @param expectedDistance distance expected by chance; null for a share
 * @param margin by which the distance must exceed the expected one; null for a share
 */
public record DriftFigure(
        EvaluationKey key,
        String baseSplit,
        String metric,
        @Nullable String label,
        long support,
        long baseSupport,
        @Nullable Double value,
        @Nullable Double baseValue,
        double distance,
        @Nullable Estimate interval,
        @Nullable Double expectedDistance,
        TestResult result,
        @Nullable Double margin,
        DriftVerdict verdict)
        implements TestedFigure<DriftFigure>, Serializable {

    public static final String TABLE = "drift";

    /** How often each class is predicted, all classes together. */
    public static final String PREDICTED_LABELS = "predicted_labels";

    /** The distribution of the confidence. */
    public static final String CONFIDENCE = "confidence";

    /** How often one class is predicted. */
    public static final String SHARE = "share";

    public static final StructType SCHEMA = TableColumns.keyed(
            TableColumns.required("base_split", StringType, "Split that this one is compared with"),
            TableColumns.required(
                    "metric",
                    StringType,
                    "predicted_labels: how often each class is predicted; confidence: how confident the predictions"
                            + " are; share: how often one class is predicted"),
            TableColumns.optional(
                    "label", StringType, "The class of a share; null where it is about all classes together"),
            TableColumns.required("support", LongType, "Rows of the split"),
            TableColumns.required("base_support", LongType, "Rows of base_split"),
            TableColumns.optional(
                    "value", DoubleType, "Mean confidence, or share of the rows; null for predicted_labels"),
            TableColumns.optional("base_value", DoubleType, "The same on base_split"),
            TableColumns.required(
                    "distance",
                    DoubleType,
                    "predicted_labels: the total variation distance, the share of rows that would have to be predicted"
                            + " differently; confidence: the Kolmogorov-Smirnov distance; share: value - base_value"),
            TableColumns.optional("low", DoubleType, "Lower bound of the distance of a share (Newcombe)"),
            TableColumns.optional("high", DoubleType, "Upper bound of the distance of a share (Newcombe)"),
            TableColumns.optional(
                    "expected_distance",
                    DoubleType,
                    "Distance expected of two samples of this size without any drift; null for a share"),
            TableColumns.required("p_value", DoubleType, "Chance of a distance at least this large without any drift"),
            TableColumns.required("test", StringType, "chi_squared, kolmogorov_smirnov or fisher"),
            TableColumns.required("p_adjusted", DoubleType, "p_value, adjusted for the number of tests"),
            TableColumns.required("adjustment", StringType, "holm, benjamini_hochberg, bonferroni or none"),
            TableColumns.optional(
                    "margin",
                    DoubleType,
                    "By how much distance must exceed expected_distance to count as drift; null for a share"),
            TableColumns.required("verdict", StringType, "drifted, no_drift or not_enough_data"));

    /** The constraints of every row: name and SQL condition. */
    public static final Map<String, String> CONSTRAINTS = Map.of(
            "drift_label",
            "(metric = 'share') = (label IS NOT NULL)",
            "drift_distance",
            "distance <= 1 AND (metric = 'share' OR (distance >= 0 AND expected_distance IS NOT NULL AND margin IS NOT"
                    + " NULL))",
            "drift_interval",
            "metric != 'share' OR coalesce(low <= distance AND distance <= high, false)",
            "drift_p_value",
            "p_value >= 0 AND p_value <= p_adjusted AND p_adjusted <= 1",
            "drift_verdict",
            "verdict IN ('drifted', 'no_drift', 'not_enough_data')",
            "drift_margin",
            "verdict != 'drifted' OR metric = 'share' OR coalesce(distance - expected_distance > margin, false)");

    @Override
    public DriftFigure judged(TestResult adjusted, double level, boolean isSufficient) {
        DriftVerdict judged = !isSufficient
                ? DriftVerdict.NOT_ENOUGH_DATA
                : adjusted.adjustedP() <= level && isBeyondMargin() ? DriftVerdict.DRIFTED : DriftVerdict.NO_DRIFT;
        return new DriftFigure(
                key,
                baseSplit,
                metric,
                label,
                support,
                baseSupport,
                value,
                baseValue,
                distance,
                interval,
                expectedDistance,
                adjusted,
                margin,
                judged);
    }

    /** The p-value, adjusted for the number of statements. */
    public double adjustedP() {
        return result.adjustedP();
    }

    private boolean isBeyondMargin() {
        return margin == null || expectedDistance == null || distance - expectedDistance > margin;
    }

    public Row toRow() {
        return key.row(
                baseSplit,
                metric,
                label,
                support,
                baseSupport,
                value,
                baseValue,
                distance,
                interval == null ? null : interval.low(),
                interval == null ? null : interval.high(),
                expectedDistance,
                result.p(),
                result.test(),
                result.adjustedP(),
                result.adjustment().label(),
                margin,
                verdict.label());
    }
}
