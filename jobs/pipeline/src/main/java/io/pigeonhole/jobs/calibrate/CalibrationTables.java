package io.pigeonhole.jobs.calibrate;

import static io.pigeonhole.jobs.store.TableDefinition.column;
import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.pigeonhole.jobs.store.TableDefinition;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructType;

/** The table of calibrations, written by the job {@code calibrate}. */
public final class CalibrationTables {

    public static final TableDefinition CALIBRATIONS = new TableDefinition(
            "calibrations",
            "One row per calibrated model version, decision, method and metric, on validation rows held out of the fit",
            List.of("model", "version", "node", "method", "metric"),
            new StructType()
                    .add(column("model", StringType, "Name of the model in the configuration"))
                    .add(column("version", IntegerType, "Version that came out"))
                    .add(column("base_version", IntegerType, "Version whose probabilities were calibrated"))
                    .add(column(
                            "node",
                            StringType,
                            "Where the decision is taken: a node of the taxonomy with children to choose from, the"
                                    + " empty text at the root; null for all decisions together, as they were picked"))
                    .add(column(
                            "method",
                            StringType,
                            "none, temperature, vector or isotonic; per_node for different ones together"))
                    .add(column(
                            "metric",
                            StringType,
                            "log_loss, by which the method is picked; brier_score, the squared distance of all"
                                    + " probabilities from the label; expected_calibration_error, of the class decided"
                                    + " for; classwise_calibration_error, the mean over classes of that of each"))
                    .add(column("support", LongType, "Validation rows behind the figures"))
                    .add(column("before", DoubleType, "The metric without calibration"))
                    .add(column("before_low", DoubleType, "Lower bound of before (bootstrap, less the bias)"))
                    .add(column("before_high", DoubleType, "Upper bound of before (bootstrap, less the bias)"))
                    .add(column("after", DoubleType, "The metric with the method, fitted on other rows"))
                    .add(column("after_low", DoubleType, "Lower bound of after (bootstrap, less the bias)"))
                    .add(column("after_high", DoubleType, "Upper bound of after (bootstrap, less the bias)"))
                    .add(column("difference", DoubleType, "after less before: below 0 where calibration helps"))
                    .add(column(
                            "difference_low",
                            DoubleType,
                            "Lower bound of difference (paired bootstrap, less the bias)"))
                    .add(column(
                            "difference_high",
                            DoubleType,
                            "Upper bound of difference (paired bootstrap, less the bias)"))
                    .add(column("picked", BooleanType, "Whether the version uses the method here"))
                    .add(TableDefinition.RUN_ID),
            Map.of(
                    "known_method",
                    "method IN ('none', 'temperature', 'vector', 'isotonic', 'per_node')",
                    "known_metric",
                    "metric IN ('log_loss', 'brier_score', 'expected_calibration_error',"
                            + " 'classwise_calibration_error')",
                    "calibration_before",
                    "0 <= before_low AND before_low <= before AND before <= before_high",
                    "calibration_after",
                    "0 <= after_low AND after_low <= after AND after <= after_high",
                    "calibration_difference",
                    "difference_low <= difference AND difference <= difference_high",
                    "version_after_base",
                    "base_version >= 1 AND base_version < version"));

    private CalibrationTables() {}
}
