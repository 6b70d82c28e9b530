package io.pigeonhole.evaluation.means;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.when;
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
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The prediction sets of the rows of one class, or of all classes.
 *
 * @param label the true class, or null for all classes together
 * @param coverage share of the sets that contain the true class
 * @param size mean number of classes in a set
 */
public record EvaluationSets(
        EvaluationKey key,
        @Nullable String label,
        long support,
        Estimate coverage,
        Estimate size,
        Estimate empty,
        boolean sufficientSupport) {

    public static final String TABLE = "evaluation_sets";

    public static final StructType SCHEMA = TableColumns.keyed(
            TableColumns.optional("label", StringType, "The true class; null for all classes together"),
            TableColumns.required("support", LongType, "Rows with this label"),
            TableColumns.required("coverage", DoubleType, "Share of these rows whose prediction set holds the label"),
            TableColumns.required("coverage_low", DoubleType, "Lower bound of coverage (Wilson)"),
            TableColumns.required("coverage_high", DoubleType, "Upper bound of coverage (Wilson)"),
            TableColumns.required("mean_set_size", DoubleType, "Mean number of classes in the prediction set"),
            TableColumns.required("mean_set_size_low", DoubleType, "Lower bound of mean_set_size (bootstrap)"),
            TableColumns.required("mean_set_size_high", DoubleType, "Upper bound of mean_set_size (bootstrap)"),
            TableColumns.required("empty_rate", DoubleType, "Share of these rows whose prediction set is empty"),
            TableColumns.required("empty_rate_low", DoubleType, "Lower bound of empty_rate (Wilson)"),
            TableColumns.required("empty_rate_high", DoubleType, "Upper bound of empty_rate (Wilson)"),
            TableColumns.required("sufficient_support", BooleanType, "Whether support reaches the configured minimum"));

    /** The constraints of every row: name and SQL condition. */
    public static final Map<String, String> CONSTRAINTS = Map.of(
            "sets_support",
            "support > 0",
            "sets_coverage",
            Constraints.rate("coverage", "coverage_low", "coverage_high"),
            "sets_size",
            "0 <= mean_set_size_low AND mean_set_size_low <= mean_set_size AND mean_set_size <= mean_set_size_high",
            "sets_empty",
            Constraints.rate("empty_rate", "empty_rate_low", "empty_rate_high"));

    /**
     * Coverage and size of the sets of labelled predictions, for each split and slice, of each class and of all
     * classes.
     */
    public static Dataset<Row> table(Dataset<Row> predictions, EvaluationSpec spec) {
        Dataset<Row> sets = GroupMeans.byLabel(predictions)
                .where(col(Predictions.PREDICTION_SET).isNotNull());
        Row found =
                sets.agg(max(functions.size(col(Predictions.PREDICTION_SET)))).head();
        double largest = found.isNullAt(0) ? 1 : Math.max(1, found.getInt(0));
        Dataset<Row> values = sets.withColumn(
                GroupMeans.VALUES,
                array(
                        when(array_contains(col(Predictions.PREDICTION_SET), col(GroupMeans.GROUP)), lit(1.0))
                                .otherwise(lit(0.0)),
                        functions.size(col(Predictions.PREDICTION_SET)).divide(largest),
                        when(functions.size(col(Predictions.PREDICTION_SET)).equalTo(0), lit(1.0))
                                .otherwise(lit(0.0))));
        Wilson wilson = Wilson.at(spec.confidenceLevel());
        List<Row> rows = GroupMeans.of(values, spec).stream()
                .map(means -> of(means, largest, wilson, spec).toRow())
                .toList();
        return predictions.sparkSession().createDataFrame(rows, SCHEMA);
    }

    private static EvaluationSets of(GroupMeans means, double largest, Wilson wilson, EvaluationSpec spec) {
        Estimate size = means.means().get(1);
        return new EvaluationSets(
                means.key(),
                means.group(),
                means.rows(),
                proportion(means, 0, wilson),
                new Estimate(size.value() * largest, size.low() * largest, size.high() * largest),
                proportion(means, 2, wilson),
                means.rows() >= spec.minimumSupport());
    }

    /** A mean of ones and zeros. */
    private static Estimate proportion(GroupMeans means, int number, Wilson wilson) {
        return wilson.estimate(Math.round(means.means().get(number).value() * means.rows()), means.rows());
    }

    public Row toRow() {
        return key.row(
                label,
                support,
                coverage.value(),
                coverage.low(),
                coverage.high(),
                size.value(),
                size.low(),
                size.high(),
                empty.value(),
                empty.low(),
                empty.high(),
                sufficientSupport);
    }
}
