package io.pigeonhole.evaluation.unknown;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.Ranking;
import io.pigeonhole.evaluation.statistics.RankingIntervals;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.Constraints;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.TableColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A figure about rows of no class, or about what the rule for them costs the rows of classes. A figure that is
 * undefined has no row.
 *
 * @param method where the interval comes from
 */
public record EvaluationUnknown(
        EvaluationKey key, String metric, Estimate estimate, long support, String method, boolean sufficientSupport) {

    public static final String TABLE = "evaluation_unknown";
    public static final String ROC_AUC = "unknown_roc_auc";
    public static final String AVERAGE_PRECISION = "unknown_average_precision";

    public static final StructType SCHEMA = TableColumns.keyed(
            TableColumns.required(
                    "metric",
                    StringType,
                    "unknown_recall: of the rows of no class, the share decided to be unknown; unknown_precision: of the"
                            + " rows decided to be unknown, the share of no class; in_scope_loss: of the rows of classes,"
                            + " the share decided to be unknown; in_scope_accuracy: of them, the share decided for"
                            + " their class; open_accuracy: of all rows, the share decided for their class or rightly"
                            + " to be unknown; unknown_roc_auc and unknown_average_precision: how well unknown_score"
                            + " sorts rows of no class before those of classes"),
            TableColumns.required("value", DoubleType, "The figure"),
            TableColumns.required("low", DoubleType, "Lower bound of its interval"),
            TableColumns.required("high", DoubleType, "Upper bound of its interval"),
            TableColumns.required("support", LongType, "Rows behind the figure; those of no class for a ranking"),
            TableColumns.required("method", StringType, "Where the interval comes from: wilson, delong or logit"),
            TableColumns.required("sufficient_support", BooleanType, "Whether support reaches the configured minimum"));

    /** The constraints of every row: name and SQL condition. */
    public static final Map<String, String> CONSTRAINTS = Map.of(
            "unknown_interval",
            Constraints.rate("value", "low", "high"),
            "unknown_method",
            "method IN ('wilson', 'delong', 'logit')",
            "unknown_support",
            "support > 0");

    /** The figures of the decisions of a rule. */
    static List<EvaluationUnknown> ofRule(EvaluationKey key, UnknownCounts counts, EvaluationSpec spec) {
        Wilson wilson = Wilson.at(spec.confidenceLevel());
        List<EvaluationUnknown> figures = new ArrayList<>();
        counts.proportions()
                .forEach((metric, proportion) -> proportion
                        .estimate(wilson)
                        .ifPresent(estimate ->
                                figures.add(of(key, metric, estimate, proportion.trials(), "wilson", spec))));
        return figures;
    }

    /** The figures of the ranking by the unknown score. */
    static List<EvaluationUnknown> ofRanking(
            EvaluationKey key, UnknownCounts counts, Ranking.Figures ranking, EvaluationSpec spec) {
        RankingIntervals intervals = new RankingIntervals(spec.confidenceLevel());
        List<EvaluationUnknown> figures = new ArrayList<>();
        Double area = ranking.area();
        Double precision = ranking.averagePrecision();
        if (area != null && precision != null) {
            Estimate ofArea = intervals.area(area, ranking.variance(), counts.unknown(), counts.inScope());
            figures.add(of(key, ROC_AUC, ofArea, counts.unknown(), "delong", spec));
            Estimate ofPrecision = intervals.averagePrecision(precision, counts.unknown());
            figures.add(of(key, AVERAGE_PRECISION, ofPrecision, counts.unknown(), "logit", spec));
        }
        return figures;
    }

    private static EvaluationUnknown of(
            EvaluationKey key, String metric, Estimate estimate, long support, String method, EvaluationSpec spec) {
        return new EvaluationUnknown(key, metric, estimate, support, method, support >= spec.minimumSupport());
    }

    public Row toRow() {
        return key.row(metric, estimate.value(), estimate.low(), estimate.high(), support, method, sufficientSupport);
    }
}
