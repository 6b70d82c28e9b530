package io.pigeonhole.jobs.predictions;

import static io.pigeonhole.jobs.store.TableDefinition.column;
import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.jobs.store.TableDefinition;
import java.util.List;
import java.util.Map;

/** The table of predictions. */
public final class PredictionTables {

    public static final TableDefinition PREDICTIONS = new TableDefinition(
            "predictions",
            "One row per example and model version",
            List.of("example_id", "model", "version", "split"),
            Predictions.SCHEMA
                    .add(column(
                            Predictions.PREDICTION_SET,
                            createArrayType(StringType),
                            "The classes that the true one is among, but for a share of alpha of the rows; see the"
                                    + " table conformal; null unless score.conformal was set"))
                    .add(column(
                            Predictions.DECIDED_BY,
                            StringType,
                            "What decided, where rules or several models may: the rule, as 'rule id@version', or the model, as"
                                    + " name@version; null if there is only one"))
                    .add(column(
                            Predictions.IS_UNKNOWN,
                            BooleanType,
                            "Whether the label is one of labels.unknown, so that the row counts in evaluation_unknown"
                                    + " only; null without labels.unknown and without a label"))
                    .add(column(
                            Predictions.UNKNOWN_SCORE,
                            DoubleType,
                            "How little the row is like those of any class: the higher, the less; above the threshold of"
                                    + " unknown_thresholds, predicted is 'unknown'; null without score.unknown and"
                                    + " labels.unknown"))
                    .add(column(
                            Predictions.P_VALUE,
                            DoubleType,
                            "Conformal p-value of the class that is most probable before calibration: at most p for a share"
                                    + " of at most p of the rows of the class; null unless score.unknown was set, and"
                                    + " where the class has no validation row"))
                    .add(column("scored_at", TimestampType, "When the row was scored"))
                    .add(TableDefinition.RUN_ID),
            Map.of("confidence_is_a_probability", "confidence BETWEEN 0 AND 1"));

    private PredictionTables() {}
}
