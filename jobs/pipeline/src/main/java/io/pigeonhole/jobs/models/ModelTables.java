package io.pigeonhole.jobs.models;

import static io.pigeonhole.jobs.store.TableDefinition.column;
import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructType;

/** The tables of model versions and of their training. */
public final class ModelTables {

    /** A change of a model version's stage; changes with the same number were made in one commit. */
    static final StructType STAGE_CHANGE = new StructType()
            .add(column("number", IntegerType, "Counts the changes of champion in this store, from 1"))
            .add(column("change", StringType, StageChange.PROMOTE + " or " + StageChange.ROLLBACK))
            .add(column("stage", StringType, "What the version became: champion or retired"))
            .add(column("changed_at", TimestampType, "When"))
            .add(column("changed_by", StringType, "Who"))
            .add(column("reason", StringType, "Why, in the words of who did it"))
            .add(column("run_id", StringType, "Run that did it"));

    /** The values of {@code trained_on}. */
    static final String TRAIN = "train";

    static final String TRAIN_AND_VALIDATION = "train_and_validation";

    public static final TableDefinition MODELS = new TableDefinition(
            "models",
            "One row per trained or calibrated model version",
            List.of("model", "version"),
            new StructType()
                    .add(column("model", StringType, "Name of the model in the configuration"))
                    .add(column("version", IntegerType, "Counts the model's versions from 1"))
                    .add(column(
                            "trainer",
                            StringType,
                            TableDefinition.anyOf(TrainerConfig.codes()) + "; of a deep model the kind of its network"))
                    .add(column(
                            "calibration",
                            StringType,
                            "What became of its probabilities: none, temperature, vector, isotonic, or per_node where"
                                    + " the nodes of the taxonomy differ"))
                    .add(column(
                            "base_version", IntegerType, "Version that this one calibrates; null for a trained one"))
                    .add(column(
                            "trained_on",
                            StringType,
                            TRAIN + ", or " + TRAIN_AND_VALIDATION + " after a refit, so that figures on validation"
                                    + " would not be held out; null for versions of 0.1.0, which are of " + TRAIN))
                    .add(column("stage", StringType, "candidate, champion or retired; one version at most is champion"))
                    .add(column(
                            "artifact",
                            StringType,
                            "Folder of the saved PipelineModel, below the folder of the artifacts"))
                    .add(column("sha256", StringType, "Hash over the names and bytes of the artifact's files"))
                    .add(column(
                            "fingerprint",
                            StringType,
                            "Hash over classes, features, coefficients, thresholds and calibration, to the last bit"))
                    .add(column(
                            "metrics",
                            createArrayType(RunTables.FIGURE),
                            "Figures of the training: rows, passes, loss, ..."))
                    .add(column("trained_at", TimestampType, "When the artifact was finished"))
                    .add(column(
                            "stage_changes",
                            createArrayType(STAGE_CHANGE),
                            "How the version came to its stage, oldest first; empty for a candidate"))
                    .add(column("run_id", StringType, "Run that trained the version; see the table runs")),
            Map.of(
                    "version_positive",
                    "version >= 1",
                    "known_trained_on",
                    "coalesce(trained_on IN ('" + TRAIN + "', '" + TRAIN_AND_VALIDATION + "'), true)",
                    "known_stage",
                    "stage IN ('candidate', 'champion', 'retired')",
                    "candidate_until_changed",
                    "(stage = 'candidate') = (size(stage_changes) = 0)",
                    "base_version_before",
                    "coalesce(base_version < version, true)"));

    public static final TableDefinition TRIALS = new TableDefinition(
            "trials",
            "One row per model version and setting that was tried for it, where the configuration gives several",
            List.of("model", "version", "trial"),
            new StructType()
                    .add(column("model", StringType, "Name of the model in the configuration"))
                    .add(column("version", IntegerType, "Version that the picked setting became"))
                    .add(column("trial", IntegerType, "Number of the setting, from 1, the simplest first"))
                    .add(column(
                            "reg_param",
                            DoubleType,
                            "Penalty on the mean loss; null, as the next two, where settings is given"))
                    .add(column("elastic_net", DoubleType, "Share of L1 in it"))
                    .add(column("class_weight", StringType, "How rows are weighted by class: none, balanced or given"))
                    .add(column(
                            "judged_on",
                            StringType,
                            "Rows behind the figure: validation, or folds of train, each by a model without it"))
                    .add(column(
                            "metric", StringType, "What the settings are judged by: accuracy, macro_f1 or log_loss"))
                    .add(column("support", LongType, "Rows behind the figure"))
                    .add(column("value", DoubleType, "The figure"))
                    .add(column("low", DoubleType, "Lower bound of its interval"))
                    .add(column("high", DoubleType, "Upper bound of its interval"))
                    .add(column(
                            "objective",
                            DoubleType,
                            "What training minimised, at its end; null, as the next one, where settings is given"))
                    .add(column(
                            "coefficients", LongType, "Coefficients of the model, fewer where they are stored sparse"))
                    .add(column("picked", BooleanType, "Whether the version has this setting; one has"))
                    .add(column(
                            "settings",
                            StringType,
                            "The parameters that differ between the settings of a spark_ml model; null for others"))
                    .add(TableDefinition.RUN_ID),
            Map.of(
                    "trial_positive",
                    "trial >= 1",
                    "trial_interval",
                    "low <= value AND value <= high",
                    "trial_setting",
                    "settings IS NOT NULL OR (reg_param >= 0 AND elastic_net BETWEEN 0 AND 1 AND class_weight IN ('none',"
                            + " 'balanced', 'given'))",
                    "trial_judged_on",
                    "judged_on IN ('validation', 'folds')"));

    public static final TableDefinition TRAINING_HISTORY = new TableDefinition(
            "training_history",
            "One row per round of the training of a deep model version",
            List.of("model", "version", "round"),
            new StructType()
                    .add(column("model", StringType, "Name of the model in the configuration"))
                    .add(column("version", IntegerType, "Version that was trained"))
                    .add(column(
                            "round", IntegerType, "Number of the round, from 1: steps of each task, then one average"))
                    .add(column("epoch", DoubleType, "How often the rows were learnt from by its end"))
                    .add(column("learning_rate", DoubleType, "Step size of its last step"))
                    .add(column(
                            "loss", DoubleType, "Mean loss of its steps, label smoothing and class weights included"))
                    .add(column(
                            "validation_loss",
                            DoubleType,
                            "Mean negative log of the true classes' probabilities on validation; empty where"
                                    + " not judged"))
                    .add(column(
                            "validation_accuracy",
                            DoubleType,
                            "Share of right decisions on validation; empty where not judged"))
                    .add(column("examples_per_second", DoubleType, "Rows learnt from per second, all tasks together"))
                    .add(column("bytes", LongType, "Bytes sent between tasks and driver, both ways"))
                    .add(column("seconds", DoubleType, "Seconds since training began"))
                    .add(column("picked", BooleanType, "Whether its parameters became the version; one has"))
                    .add(TableDefinition.RUN_ID),
            Map.of(
                    "history_round_positive",
                    "round >= 1 AND epoch > 0 AND bytes > 0",
                    "history_accuracy_is_a_share",
                    "validation_accuracy IS NULL OR validation_accuracy BETWEEN 0 AND 1"));

    public static final TableDefinition CONFORMAL = new TableDefinition(
            "conformal",
            "One row per calibrated model version and class: when the class is in a prediction set",
            List.of("model", "version", "label"),
            new StructType()
                    .add(column("model", StringType, "Name of the model in the configuration"))
                    .add(column("version", IntegerType, "Version that came out of the calibration"))
                    .add(column("label", StringType, "The class"))
                    .add(column("support", LongType, "Validation rows of the class"))
                    .add(column("alpha", DoubleType, "Share of the class's rows whose set may miss it"))
                    .add(column(
                            "least_probability",
                            DoubleType,
                            "Probability, before calibration, from which on the class is in a set"))
                    .add(column(
                            "pooled",
                            BooleanType,
                            "Whether the class has too few rows, so that its threshold is that of all such classes, and"
                                    + " nothing is promised of the class by itself"))
                    .add(TableDefinition.RUN_ID),
            Map.of(
                    "alpha_within",
                    "alpha > 0 AND alpha < 1",
                    "least_probability_within",
                    "least_probability BETWEEN 0 AND 1",
                    "support_not_negative",
                    "support >= 0"));

    private ModelTables() {}
}
