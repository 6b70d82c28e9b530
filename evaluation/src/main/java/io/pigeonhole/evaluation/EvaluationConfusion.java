package io.pigeonhole.evaluation;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.pigeonhole.evaluation.decisions.Confusions;
import io.pigeonhole.evaluation.predictions.Block;
import io.pigeonhole.evaluation.predictions.Parts;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.Constraints;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.TableColumns;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * How often rows of one class were predicted to be of another, or of the same; pairs that never occurred have no row.
 *
 * @param rate count as a share of all rows of the true class, with its Wilson interval
 * @param predictedRate count as a share of all rows predicted to be of the predicted class, with its Wilson interval
 */
public record EvaluationConfusion(
        EvaluationKey key, String trueLabel, String predictedLabel, long count, Estimate rate, Estimate predictedRate)
        implements Serializable {

    public static final String TABLE = "evaluation_confusion";
    public static final String TRUE_LABEL = "true_label";
    public static final String PREDICTED_LABEL = "predicted_label";
    public static final String COUNT = "count";
    public static final String RATE = "rate";
    public static final String PREDICTED_RATE = "predicted_rate";

    public static final StructType SCHEMA = TableColumns.keyed(
            TableColumns.required(TRUE_LABEL, StringType, "Class the rows belong to"),
            TableColumns.required(PREDICTED_LABEL, StringType, "Class they were predicted to be of"),
            TableColumns.required(COUNT, LongType, "How many rows; pairs without any are left out"),
            TableColumns.required(RATE, DoubleType, "count as a share of all rows of the true class"),
            TableColumns.required("rate_low", DoubleType, "Lower bound of rate (Wilson)"),
            TableColumns.required("rate_high", DoubleType, "Upper bound of rate (Wilson)"),
            TableColumns.required(
                    PREDICTED_RATE, DoubleType, "count as a share of all rows predicted to be of the predicted class"),
            TableColumns.required("predicted_rate_low", DoubleType, "Lower bound of predicted_rate (Wilson)"),
            TableColumns.required("predicted_rate_high", DoubleType, "Upper bound of predicted_rate (Wilson)"));

    /** The constraints of every row: name and SQL condition. */
    public static final Map<String, String> CONSTRAINTS = Map.of(
            "confusion_count",
            "count > 0",
            "confusion_rate",
            Constraints.rate("rate", "rate_low", "rate_high"),
            "confusion_predicted_rate",
            Constraints.rate("predicted_rate", "predicted_rate_low", "predicted_rate_high"));

    /** The pairs that occurred; they stay where they are, as there may be as many pairs as rows. */
    static Parts<EvaluationConfusion> of(Parts<Block> decisions, List<ScopeFigures> scopes, Wilson wilson) {
        Map<EvaluationKey, Map<String, ClassRows>> rows = new HashMap<>();
        for (ScopeFigures scope : scopes) {
            Map<String, ClassRows> ofClasses = new HashMap<>();
            scope.perClass().forEach(row -> ofClasses.put(row.label(), new ClassRows(row.support(), row.predicted())));
            rows.put(scope.key(), ofClasses);
        }
        Parts.Shared<Map<EvaluationKey, Map<String, ClassRows>>> known = decisions.share(rows);
        return Confusions.of(decisions).map(pair -> of(pair, known.value(), wilson));
    }

    private record ClassRows(long support, long predicted) implements Serializable {}

    private static EvaluationConfusion of(
            Confusions.Pair pair, Map<EvaluationKey, Map<String, ClassRows>> rows, Wilson wilson) {
        Map<String, ClassRows> classes = Objects.requireNonNull(rows.get(pair.key()));
        return new EvaluationConfusion(
                pair.key(),
                pair.label(),
                pair.predicted(),
                pair.rows(),
                wilson.estimate(
                        pair.rows(),
                        Objects.requireNonNull(classes.get(pair.label())).support()),
                wilson.estimate(
                        pair.rows(),
                        Objects.requireNonNull(classes.get(pair.predicted())).predicted()));
    }

    /** Reads a row whose columns are those of {@link #SCHEMA}, possibly followed by others. */
    public static EvaluationConfusion fromRow(Row row) {
        return new EvaluationConfusion(
                EvaluationKey.fromRow(row),
                row.getString(5),
                row.getString(6),
                row.getLong(7),
                new Estimate(row.getDouble(8), row.getDouble(9), row.getDouble(10)),
                new Estimate(row.getDouble(11), row.getDouble(12), row.getDouble(13)));
    }

    public Row toRow() {
        return key.row(
                trueLabel,
                predictedLabel,
                count,
                rate.value(),
                rate.low(),
                rate.high(),
                predictedRate.value(),
                predictedRate.low(),
                predictedRate.high());
    }
}
