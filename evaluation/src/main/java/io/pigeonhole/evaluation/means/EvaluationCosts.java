package io.pigeonhole.evaluation.means;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.TableColumns;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The costs of the decisions on the rows of one class, or of all classes.
 *
 * @param label the true class, or null for all classes together
 * @param cost mean over the rows
 */
public record EvaluationCosts(
        EvaluationKey key, @Nullable String label, long support, Estimate cost, boolean sufficientSupport) {

    public static final String TABLE = "evaluation_costs";

    public static final StructType SCHEMA = TableColumns.keyed(
            TableColumns.optional("label", StringType, "The true class; null for all classes together"),
            TableColumns.required("support", LongType, "Rows with this label"),
            TableColumns.required("expected_cost", DoubleType, "Mean cost of the decisions about these rows"),
            TableColumns.required("expected_cost_low", DoubleType, "Lower bound of expected_cost (bootstrap)"),
            TableColumns.required("expected_cost_high", DoubleType, "Upper bound of expected_cost (bootstrap)"),
            TableColumns.required("sufficient_support", BooleanType, "Whether support reaches the configured minimum"));

    /** The constraints of every row: name and SQL condition. */
    public static final Map<String, String> CONSTRAINTS = Map.of(
            "costs_support",
            "support > 0",
            "costs_interval",
            "0 <= expected_cost_low AND expected_cost_low <= expected_cost AND expected_cost <= expected_cost_high");

    /** The costs of labelled predictions, for each split and slice, of each class and of all classes. */
    public static Dataset<Row> table(Dataset<Row> predictions, Costs costs, EvaluationSpec spec) {
        double largest = Math.max(costs.largest(), Double.MIN_NORMAL);
        Column cost =
                udf(new Cost(costs), DataTypes.DoubleType).apply(text(Predictions.LABEL), text(Predictions.PREDICTED));
        List<Row> rows = GroupMeans.of(
                        GroupMeans.byLabel(predictions).withColumn(GroupMeans.VALUES, array(cost.divide(largest))),
                        spec)
                .stream()
                .map(means -> of(means, largest, spec).toRow())
                .toList();
        return predictions.sparkSession().createDataFrame(rows, SCHEMA);
    }

    private static Column text(String column) {
        return col(column).cast(DataTypes.StringType);
    }

    private static EvaluationCosts of(GroupMeans means, double largest, EvaluationSpec spec) {
        Estimate share = means.means().get(0);
        return new EvaluationCosts(
                means.key(),
                means.group(),
                means.rows(),
                new Estimate(share.value() * largest, share.low() * largest, share.high() * largest),
                means.rows() >= spec.minimumSupport());
    }

    private record Cost(Costs costs) implements UDF2<String, String, Double> {

        @Override
        public Double call(String label, String predicted) {
            return costs.of(label, predicted);
        }
    }

    public Row toRow() {
        return key.row(label, support, cost.value(), cost.low(), cost.high(), sufficientSupport);
    }
}
