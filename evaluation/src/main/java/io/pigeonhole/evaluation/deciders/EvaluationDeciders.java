package io.pigeonhole.evaluation.deciders;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.Constraints;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.TableColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * What one rule or model decided in one part of a split.
 *
 * @param decidedBy {@code rule id@version} or {@code model@version}
 * @param share of all rows of the part
 * @param accuracy of the labelled rows; absent without any
 */
public record EvaluationDeciders(
        EvaluationKey key,
        String decidedBy,
        DeciderCounts counts,
        double share,
        @Nullable Estimate accuracy,
        boolean sufficientSupport) {

    public static final String TABLE = "evaluation_deciders";

    public static final StructType SCHEMA = TableColumns.keyed(
            TableColumns.required(
                    Predictions.DECIDED_BY,
                    StringType,
                    "What decided: a rule, as 'rule id@version', or a model, as name@version"),
            TableColumns.required("support", LongType, "Labelled rows that it decided"),
            TableColumns.required("decided", LongType, "All rows that it decided"),
            TableColumns.required("share", DoubleType, "Share of all rows that it decided"),
            TableColumns.required("correct", LongType, "Labelled rows that it decided rightly"),
            TableColumns.optional("accuracy", DoubleType, "Share of them; null without labelled rows"),
            TableColumns.optional("accuracy_low", DoubleType, "Lower bound of accuracy (Wilson)"),
            TableColumns.optional("accuracy_high", DoubleType, "Upper bound of accuracy (Wilson)"),
            TableColumns.required("sufficient_support", BooleanType, "Whether support reaches the configured minimum"));

    /** The constraints of every row: name and SQL condition. */
    public static final Map<String, String> CONSTRAINTS = Map.of(
            "deciders_counts",
            "0 <= correct AND correct <= support AND support <= decided AND decided > 0 AND share > 0 AND share <= 1",
            "deciders_accuracy",
            Constraints.rateUnless("support = 0", "accuracy", "accuracy_low", "accuracy_high"));

    /**
     * The rows of the table, in order; none if no row names what decided it.
     *
     * @param predictions in the schema of {@link Predictions}, with {@link Predictions#DECIDED_BY}
     */
    public static List<EvaluationDeciders> of(Dataset<Row> predictions, EvaluationSpec spec) {
        Wilson wilson = Wilson.at(spec.confidenceLevel());
        List<EvaluationDeciders> rows = new ArrayList<>();
        DeciderCounts.of(predictions).forEach((key, deciders) -> {
            long all = deciders.values().stream()
                    .reduce(DeciderCounts.NONE, DeciderCounts::plus)
                    .rows();
            deciders.forEach((name, counts) -> rows.add(new EvaluationDeciders(
                    key,
                    name,
                    counts,
                    counts.rows() / (double) all,
                    counts.labelled() == 0 ? null : wilson.estimate(counts.right(), counts.labelled()),
                    counts.labelled() >= spec.minimumSupport())));
        });
        return rows;
    }

    public Row toRow() {
        List<@Nullable Object> values =
                new ArrayList<>(List.of(decidedBy, counts.labelled(), counts.rows(), share, counts.right()));
        TableColumns.addEstimate(values, accuracy);
        values.add(sufficientSupport);
        return key.row(values.toArray());
    }
}
