package io.pigeonhole.evaluation.comparison;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.pigeonhole.evaluation.decisions.BootstrapMetric;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.TestResult;
import io.pigeonhole.evaluation.statistics.TestedFigure;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.TableColumns;
import java.io.Serializable;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * One metric of one class, or of all classes, of a model version and of the one that it is compared with.
 *
 * @param key the model version under comparison
 * @param base the model version it is compared with
 * @param label null where the metric is about all classes together
 * @param support labelled rows behind {@code value}; {@code baseSupport} those behind {@code baseValue}
 * @param difference {@code value - baseValue} with its interval
 * @param gained rows that only this model version classified correctly, {@code lost} those that only the base did: for
 *     a class, rows of the class; null on different examples
 */
public record ComparisonFigure(
        EvaluationKey key,
        EvaluationKey base,
        Pairing pairing,
        String metric,
        @Nullable String label,
        long support,
        long baseSupport,
        double value,
        double baseValue,
        Estimate difference,
        String method,
        @Nullable Long gained,
        @Nullable Long lost,
        TestResult result,
        double margin,
        ComparisonVerdict verdict)
        implements TestedFigure<ComparisonFigure>, Serializable {

    public static final String TABLE = "comparisons";

    /** Whether both model versions were evaluated on the same examples. */
    public enum Pairing {
        SAME_EXAMPLES,
        OTHER_EXAMPLES
    }

    public static final StructType SCHEMA = TableColumns.keyed(
            TableColumns.required("base_model", StringType, "Name of the model that this one is compared with"),
            TableColumns.required("base_version", IntegerType, "Version of that model"),
            TableColumns.required("base_split", StringType, "Split on which that model was evaluated"),
            TableColumns.required(
                    "pairing",
                    StringType,
                    "same_examples: both on the same rows; other_examples: each on its own, as with later data"),
            TableColumns.required("metric", StringType, "Name of the metric, such as recall or macro_f1"),
            TableColumns.optional(
                    "label", StringType, "The class; null where the metric is about all classes together"),
            TableColumns.required("support", LongType, "Labelled rows behind value; those of the class for a class"),
            TableColumns.required("base_support", LongType, "Labelled rows behind base_value"),
            TableColumns.required("value", DoubleType, "The metric of this model version"),
            TableColumns.required("base_value", DoubleType, "The metric of the one it is compared with"),
            TableColumns.required("difference", DoubleType, "value - base_value"),
            TableColumns.required("low", DoubleType, "Lower bound of the difference"),
            TableColumns.required("high", DoubleType, "Upper bound of the difference"),
            TableColumns.required(
                    "method", StringType, "Where the interval comes from: newcombe, score (its like) or bootstrap"),
            TableColumns.optional(
                    "gained",
                    LongType,
                    "Rows of the class (or of all) that only this version classified correctly; null if not paired"),
            TableColumns.optional(
                    "lost",
                    LongType,
                    "Rows of the class (or of all) that only the other classified correctly; null if not paired"),
            TableColumns.required(
                    "p_value", DoubleType, "Chance of a difference at least this large if there were none"),
            TableColumns.required("test", StringType, "Where p_value comes from: mcnemar, swaps, fisher or bootstrap"),
            TableColumns.required(
                    "p_adjusted", DoubleType, "p_value, adjusted for the number of classes and of their metrics"),
            TableColumns.required("adjustment", StringType, "holm, benjamini_hochberg, bonferroni or none"),
            TableColumns.required("margin", DoubleType, "Differences within plus and minus this much count as none"),
            TableColumns.required("verdict", StringType, "better, worse, same_within_margin or not_enough_data"));

    /** The constraints of every row: name and SQL condition. */
    public static final Map<String, String> CONSTRAINTS = Map.of(
            "comparison_interval",
            "low <= difference AND difference <= high AND abs(difference - (value - base_value)) < 1e-9",
            "comparison_p",
            "0 <= p_value AND p_value <= p_adjusted AND p_adjusted <= 1",
            "comparison_pairing",
            "pairing IN ('same_examples', 'other_examples')",
            "comparison_verdict",
            "verdict IN ('better', 'worse', 'same_within_margin', 'not_enough_data')",
            "comparison_better_or_worse",
            "verdict NOT IN ('better', 'worse') OR difference != 0",
            "comparison_same",
            "verdict != 'same_within_margin' OR (-margin <= low AND high <= margin)",
            "comparison_discordant",
            "CASE WHEN label IS NULL AND metric != 'accuracy' OR pairing = 'other_examples'"
                    + " THEN gained IS NULL AND lost IS NULL ELSE coalesce(gained >= 0 AND lost >= 0, false) END");

    @Override
    public ComparisonFigure judged(TestResult adjusted, double level, boolean isSufficient) {
        boolean moreIsBetter =
                BootstrapMetric.named(metric).map(BootstrapMetric::moreIsBetter).orElse(true);
        ComparisonVerdict judged = isSufficient
                ? ComparisonVerdict.of(difference, adjusted.adjustedP(), moreIsBetter, margin, level)
                : ComparisonVerdict.NOT_ENOUGH_DATA;
        return new ComparisonFigure(
                key,
                base,
                pairing,
                metric,
                label,
                support,
                baseSupport,
                value,
                baseValue,
                difference,
                method,
                gained,
                lost,
                adjusted,
                margin,
                judged);
    }

    public Row toRow() {
        return key.row(
                base.model(),
                base.version(),
                base.split(),
                pairing.name().toLowerCase(Locale.ROOT),
                metric,
                label,
                support,
                baseSupport,
                value,
                baseValue,
                difference.value(),
                difference.low(),
                difference.high(),
                method,
                gained,
                lost,
                result.p(),
                result.test(),
                result.adjustedP(),
                result.adjustment().label(),
                margin,
                verdict.label());
    }
}
