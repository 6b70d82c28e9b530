package io.pigeonhole.jobs.store;

import static io.pigeonhole.jobs.store.TableDefinition.column;
import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import io.pigeonhole.evaluation.ComparisonFigure;
import io.pigeonhole.evaluation.DriftFigure;
import io.pigeonhole.evaluation.EvaluationCalibration;
import io.pigeonhole.evaluation.EvaluationClusters;
import io.pigeonhole.evaluation.EvaluationConfusion;
import io.pigeonhole.evaluation.EvaluationCosts;
import io.pigeonhole.evaluation.EvaluationCurves;
import io.pigeonhole.evaluation.EvaluationKey;
import io.pigeonhole.evaluation.EvaluationPerClass;
import io.pigeonhole.evaluation.EvaluationSets;
import io.pigeonhole.evaluation.EvaluationSummary;
import io.pigeonhole.evaluation.EvaluationThresholds;
import io.pigeonhole.evaluation.GateFigure;
import io.pigeonhole.evaluation.Predictions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructType;

/** The tables that jobs meet in, apart from the evaluation's, which its module defines. */
public final class Tables {

    private static final String RUN_COMMENT = "Run that wrote the row; see the table runs";

    /** Name, table version and fingerprint of what a run read. */
    static final StructType INPUT = new StructType()
            .add(column("name", StringType, "Table or source"))
            .add(column("version", LongType, "Delta version that was read; null where the source has none"))
            .add(column("fingerprint", StringType, "What tells this state of the input from another"));

    /** Name, table version and rows of what a run wrote. */
    static final StructType OUTPUT = new StructType()
            .add(column("name", StringType, "Table"))
            .add(column("version", LongType, "Delta version after the write"))
            .add(column("rows", LongType, "Rows that the run wrote or kept there"));

    /** A named number. */
    static final StructType FIGURE = new StructType()
            .add(column("name", StringType, "What was counted or measured"))
            .add(column("value", DoubleType, "Its value"));

    /** A change of a model version's stage; those of one number were made in one commit. */
    static final StructType STAGE_CHANGE = new StructType()
            .add(column("number", IntegerType, "Counts the changes of champion in this store, from 1"))
            .add(column("change", StringType, "promote or rollback"))
            .add(column("stage", StringType, "What the version became: champion or retired"))
            .add(column("changed_at", TimestampType, "When"))
            .add(column("changed_by", StringType, "Who"))
            .add(column("reason", StringType, "Why, in the words of who did it"))
            .add(column("run_id", StringType, "Run that did it"));

    /** Accepted examples; the configuration's fields follow these columns. */
    public static final TableDefinition EXAMPLES = new TableDefinition(
            "examples",
            "One row per accepted example",
            List.of("example_id"),
            new StructType()
                    .add(column(
                            "example_id", StringType, "Names the example; a content hash where the source has no id"))
                    .add(column("label", StringType, "Class after trimming and aliases; null where unlabelled"))
                    .add(column("path", createArrayType(StringType), "Taxonomy nodes from below the root to the label"))
                    .add(column("event_time", TimestampType, "When what the row describes happened"))
                    .add(column("label_time", TimestampType, "When the label became known"))
                    .add(column("source", StringType, "Configured source the row came from"))
                    .add(column("content_hash", StringType, "Hash of features and label; tells whether a row changed"))
                    .add(column("run_id", StringType, "Run that first accepted the row, or last changed it")),
            Map.of("example_id_present", "example_id IS NOT NULL"));

    public static final TableDefinition REJECTS = new TableDefinition(
            "rejects",
            "One row per row refused by extract",
            List.of("run_id", "source", "raw"),
            new StructType()
                    .add(column("source", StringType, "Configured source the row came from"))
                    .add(column("reason", StringType, "Reason code, such as missing_label or duplicate_id"))
                    .add(column("detail", StringType, "The offending value and what was expected"))
                    .add(column("label", StringType, "Label of the row, where it has one"))
                    .add(column("raw", StringType, "The row as it was read, as JSON"))
                    .add(column("run_id", StringType, RUN_COMMENT)),
            Map.of("reason_present", "reason IS NOT NULL"));

    public static final TableDefinition CLASSES = new TableDefinition(
            "classes",
            "One row per class ever seen; ids are never reused",
            List.of("label"),
            new StructType()
                    .add(column("class_id", IntegerType, "Number of the class, given once and never reused"))
                    .add(column("label", StringType, "Name of the class"))
                    .add(column("parent", StringType, "Taxonomy node above the class; null below the root"))
                    .add(column("path", createArrayType(StringType), "Taxonomy nodes from below the root to the class"))
                    .add(column("critical", BooleanType, "Whether gates look at this class by itself"))
                    .add(column("since_run", StringType, "Run that saw the class first"))
                    .add(column("run_id", StringType, "Run that wrote the row last")),
            Map.of("class_id_not_negative", "class_id >= 0"));

    public static final TableDefinition SPLITS = new TableDefinition(
            "splits",
            "One row per example that was dealt to a split; an assignment never moves",
            List.of("example_id"),
            new StructType()
                    .add(column("example_id", StringType, "The example"))
                    .add(column("label", StringType, "Class under which the example is dealt and trained"))
                    .add(column("split", StringType, "train, validation or test"))
                    .add(column("fold", IntegerType, "Cross-validation fold within train, from 0; null without folds"))
                    .add(column("weight", DoubleType, "Weight of the example in training"))
                    .add(column("run_id", StringType, RUN_COMMENT)),
            Map.of("known_split", "split IN ('train', 'validation', 'test')", "weight_positive", "weight > 0"));

    public static final TableDefinition MODELS = new TableDefinition(
            "models",
            "One row per trained or calibrated model version",
            List.of("model", "version"),
            new StructType()
                    .add(column("model", StringType, "Name of the model in the configuration"))
                    .add(column("version", IntegerType, "Counts the model's versions from 1"))
                    .add(column("trainer", StringType, "softmax, one_vs_rest, hierarchical or label_tree"))
                    .add(column(
                            "calibration",
                            StringType,
                            "What became of its probabilities: none, temperature, vector, isotonic, or per_node where"
                                    + " the nodes of the taxonomy differ"))
                    .add(column(
                            "base_version", IntegerType, "Version that this one calibrates; null for a trained one"))
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
                    .add(column("metrics", createArrayType(FIGURE), "Figures of the training: rows, passes, loss, ..."))
                    .add(column("trained_at", TimestampType, "When the artifact was finished"))
                    .add(column(
                            "stage_changes",
                            createArrayType(STAGE_CHANGE),
                            "How the version came to its stage, oldest first; empty for a candidate"))
                    .add(column("run_id", StringType, "Run that trained the version; see the table runs")),
            Map.of(
                    "version_positive",
                    "version >= 1",
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
                    .add(column("reg_param", DoubleType, "Penalty on the mean loss"))
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
                    .add(column("objective", DoubleType, "What training minimised, at its end"))
                    .add(column(
                            "coefficients", LongType, "Coefficients of the model, fewer where they are stored sparse"))
                    .add(column("picked", BooleanType, "Whether the version has this setting; one has"))
                    .add(column("run_id", StringType, RUN_COMMENT)),
            Map.of(
                    "trial_positive",
                    "trial >= 1",
                    "trial_interval",
                    "low <= value AND value <= high",
                    "trial_setting",
                    "reg_param >= 0 AND elastic_net BETWEEN 0 AND 1 AND class_weight IN ('none', 'balanced', 'given')",
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
                    .add(column("run_id", StringType, RUN_COMMENT)),
            Map.of(
                    "history_round_positive",
                    "round >= 1 AND epoch > 0 AND bytes > 0",
                    "history_accuracy_is_a_share",
                    "validation_accuracy IS NULL OR validation_accuracy BETWEEN 0 AND 1"));

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
                    .add(column("before_low", DoubleType, "Lower bound of before (bootstrap)"))
                    .add(column("before_high", DoubleType, "Upper bound of before (bootstrap)"))
                    .add(column("after", DoubleType, "The metric with the method, fitted on other rows"))
                    .add(column("after_low", DoubleType, "Lower bound of after (bootstrap)"))
                    .add(column("after_high", DoubleType, "Upper bound of after (bootstrap)"))
                    .add(column("difference", DoubleType, "after less before: below 0 where calibration helps"))
                    .add(column("difference_low", DoubleType, "Lower bound of difference (paired bootstrap)"))
                    .add(column("difference_high", DoubleType, "Upper bound of difference (paired bootstrap)"))
                    .add(column("picked", BooleanType, "Whether the version uses the method here"))
                    .add(column("run_id", StringType, RUN_COMMENT)),
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
                    .add(column("run_id", StringType, RUN_COMMENT)),
            Map.of(
                    "alpha_within",
                    "alpha > 0 AND alpha < 1",
                    "least_probability_within",
                    "least_probability BETWEEN 0 AND 1",
                    "support_not_negative",
                    "support >= 0"));

    public static final TableDefinition SOURCE_COLUMNS = new TableDefinition(
            "source_columns",
            "One row per column of a source, as extract found it last, and which run found it first",
            List.of("source", "name"),
            new StructType()
                    .add(column("source", StringType, "Configured source"))
                    .add(column("name", StringType, "Column of the source"))
                    .add(column("type", StringType, "Its type in Spark SQL"))
                    .add(column("mapped", BooleanType, "Whether the configuration maps it, so that it must stay"))
                    .add(column(
                            "configuration_hash",
                            StringType,
                            "SHA-256 over the source's configuration; under another one, columns may be others"))
                    .add(column("run_id", StringType, RUN_COMMENT)),
            Map.of("type_present", "length(type) > 0"));

    public static final TableDefinition SOURCE_POSITIONS = new TableDefinition(
            "source_positions",
            "One row per file or table version that a run of extract read of an incremental source",
            List.of("run_id", "source", "path"),
            new StructType()
                    .add(column("source", StringType, "Configured source"))
                    .add(column(
                            "configuration_hash",
                            StringType,
                            "SHA-256 over all that decides what becomes of its rows; under another one, all is read"
                                    + " again"))
                    .add(column("kind", StringType, "What was read: file, version, or nothing where nothing was new"))
                    .add(column("path", StringType, "The file, or the folder of the Delta table; null for nothing"))
                    .add(column("length", LongType, "Bytes of the file; null for a version"))
                    .add(column("modified_at", TimestampType, "When the file was last changed; null for a version"))
                    .add(column("table_id", StringType, "Delta's id of the table; null for a file"))
                    .add(column("version", LongType, "Delta version up to which was read; null for a file"))
                    .add(column(
                            "number",
                            LongType,
                            "Counts the runs that read the source, from 1; of several rows of a path the last"
                                    + " one holds"))
                    .add(column("run_id", StringType, RUN_COMMENT)),
            Map.of(
                    "known_kind",
                    "kind IN ('file', 'version', 'nothing')",
                    "file_state",
                    "kind != 'file' OR (path IS NOT NULL AND length >= 0 AND modified_at IS NOT NULL)",
                    "version_read",
                    "kind != 'version' OR (path IS NOT NULL AND table_id IS NOT NULL AND version >= 0)"));

    public static final TableDefinition FORGOTTEN = new TableDefinition(
            "forgotten",
            "One row per value whose examples were removed by forget, and which extract leaves out",
            List.of("field", "value_hash"),
            new StructType()
                    .add(column("field", StringType, "Column of the table examples that the value was in"))
                    .add(column("value_hash", StringType, "SHA-256 of the salt followed by the value, in hexadecimal"))
                    .add(column("salt", StringType, "Random text, the same in all rows of a store"))
                    .add(column("forgotten_at", TimestampType, "When"))
                    .add(column("run_id", StringType, RUN_COMMENT)),
            Map.of("value_hash_present", "length(value_hash) = 64"));

    public static final TableDefinition RUNS = new TableDefinition(
            "runs",
            "One row per run: one execution of one job on one state of its inputs",
            List.of("run_id"),
            new StructType()
                    .add(column(
                            "job",
                            StringType,
                            "extract, stratify, train, calibrate, score, evaluate, compare, gate, promote, rollback,"
                                    + " forget or maintain"))
                    .add(column(
                            "subject",
                            StringType,
                            "Model the run was about, or table of predictions made elsewhere; empty where it"
                                    + " was about neither"))
                    .add(column("pipeline", StringType, "Name in the configuration"))
                    .add(column(
                            "configuration_hash",
                            StringType,
                            "SHA-256 over the part of the configuration that matters"))
                    .add(column("upstream", createArrayType(StringType), "Runs whose outputs this run read"))
                    .add(column("inputs", createArrayType(INPUT), "What was read, at which version"))
                    .add(column("outputs", createArrayType(OUTPUT), "What was written, at which version"))
                    .add(column("figures", createArrayType(FIGURE), "Row counts and other figures"))
                    .add(column("code_version", StringType, "Version of Pigeonhole"))
                    .add(column("seed", LongType, "Seed of the configuration"))
                    .add(column("environment", StringType, "Java, Spark, master and operating system"))
                    .add(column(
                            "status",
                            StringType,
                            "running, done or failed; of a run that died, the next command that writes closes the row"
                                    + " as failed"))
                    .add(column("error", StringType, "What failed"))
                    .add(column("started_at", TimestampType, "Start of the latest attempt"))
                    .add(column("ended_at", TimestampType, "End of the latest attempt"))
                    .add(column("seconds", DoubleType, "Wall-clock time of the latest attempt"))
                    .add(column(
                            "run_id",
                            StringType,
                            "Names the run: job, subject and a hash of configuration and inputs")),
            Map.of("known_status", "status IN ('running', 'done', 'failed')"));

    public static final TableDefinition RUN_PHASES = new TableDefinition(
            "run_phases",
            "One row per phase of a run that has ended, done or failed: what Spark did in it",
            List.of("run_id", "phase"),
            new StructType()
                    .add(column("job", StringType, "Job, such as extract or train"))
                    .add(column("subject", StringType, "Model the job is about; empty where it is about none"))
                    .add(column("number", IntegerType, "Order in which the run's phases began, from 1"))
                    .add(column("phase", StringType, "What the job was doing"))
                    .add(column("started_at", TimestampType, "When the phase began, the first time"))
                    .add(column("seconds", DoubleType, "Wall-clock time of the phase"))
                    .add(column("jobs", IntegerType, "Spark jobs started in it"))
                    .add(column("stages", IntegerType, "Stages submitted in it, attempts that failed included"))
                    .add(column("tasks", LongType, "Tasks of these stages that ended, attempts that failed included"))
                    .add(column("failed_tasks", LongType, "Attempts of tasks that failed"))
                    .add(column("rows_read", LongType, "Rows read from files and from Spark's cache"))
                    .add(column("bytes_read", LongType, "Bytes read from files and from Spark's cache"))
                    .add(column("rows_written", LongType, "Rows written to files"))
                    .add(column("bytes_written", LongType, "Bytes written to files"))
                    .add(column("shuffle_bytes_read", LongType, "Bytes that tasks fetched from shuffles"))
                    .add(column("shuffle_bytes_written", LongType, "Bytes that tasks wrote for shuffles"))
                    .add(column("memory_bytes_spilled", LongType, "Size in memory of what did not fit there"))
                    .add(column("disk_bytes_spilled", LongType, "Bytes written to disk because of that"))
                    .add(column("task_seconds", DoubleType, "Time that tasks ran, added up"))
                    .add(column("cpu_seconds", DoubleType, "Processor time of the tasks, added up"))
                    .add(column(
                            "gc_seconds",
                            DoubleType,
                            "Time of garbage collection while tasks ran, added up over tasks"))
                    .add(column(
                            "peak_execution_memory_bytes",
                            LongType,
                            "Most memory that one task held for sorts, joins and aggregations"))
                    .add(column("run_id", StringType, RUN_COMMENT)),
            Map.of(
                    "phase_positive",
                    "number >= 1 AND seconds >= 0",
                    "phase_tasks",
                    "failed_tasks BETWEEN 0 AND tasks"));

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
                    .add(column("scored_at", TimestampType, "When the row was scored"))
                    .add(column("run_id", StringType, RUN_COMMENT)),
            Map.of("confidence_is_a_probability", "confidence BETWEEN 0 AND 1"));

    public static final TableDefinition EVALUATION_SUMMARY = evaluation(
            EvaluationSummary.TABLE,
            "One row per model version, split, slice, level and metric",
            List.of("metric"),
            EvaluationSummary.SCHEMA,
            EvaluationSummary.CONSTRAINTS);

    public static final TableDefinition EVALUATION_PER_CLASS = evaluation(
            EvaluationPerClass.TABLE,
            "One row per model version, split, slice, level and class",
            List.of("label"),
            EvaluationPerClass.SCHEMA,
            EvaluationPerClass.CONSTRAINTS);

    public static final TableDefinition EVALUATION_CONFUSION = evaluation(
            EvaluationConfusion.TABLE,
            "One row per model version, split, slice, level, true and predicted class that occurred together",
            List.of("true_label", "predicted_label"),
            EvaluationConfusion.SCHEMA,
            EvaluationConfusion.CONSTRAINTS);

    public static final TableDefinition EVALUATION_CLUSTERS = evaluation(
            EvaluationClusters.TABLE,
            "One row per model version, split, level, cluster of classes mostly confused with each other, and class in"
                    + " it",
            List.of("label"),
            EvaluationClusters.SCHEMA,
            EvaluationClusters.CONSTRAINTS);

    public static final TableDefinition EVALUATION_CALIBRATION = evaluation(
            EvaluationCalibration.TABLE,
            "One row per model version, split, slice, level, class or all together, and bin of probability",
            List.of("label", "binning", "bin"),
            EvaluationCalibration.SCHEMA,
            EvaluationCalibration.CONSTRAINTS);

    public static final TableDefinition EVALUATION_CURVES = evaluation(
            EvaluationCurves.TABLE,
            "One row per model version, split, level, class and threshold on its curves",
            List.of("label", "threshold"),
            EvaluationCurves.SCHEMA,
            EvaluationCurves.CONSTRAINTS);

    public static final TableDefinition THRESHOLDS = evaluation(
            EvaluationThresholds.TABLE,
            "One row per model version, split, level, class and criterion of its threshold, which validation alone"
                    + " chose",
            List.of("label", "criterion"),
            EvaluationThresholds.SCHEMA,
            EvaluationThresholds.CONSTRAINTS);

    public static final TableDefinition EVALUATION_COSTS = evaluation(
            EvaluationCosts.TABLE,
            "One row per model version, split, slice and class, and one for all classes, where costs are configured",
            List.of("label"),
            EvaluationCosts.SCHEMA,
            EvaluationCosts.CONSTRAINTS);

    public static final TableDefinition EVALUATION_SETS = evaluation(
            EvaluationSets.TABLE,
            "One row per model version, split, slice and class, and one for all classes, where rows have prediction"
                    + " sets",
            List.of("label"),
            EvaluationSets.SCHEMA.add(column(
                    "pooled",
                    BooleanType,
                    "Whether the class has no threshold of its own, so that no coverage of it is promised; null for all"
                            + " classes together")),
            EvaluationSets.CONSTRAINTS);

    public static final TableDefinition COMPARISONS = evaluation(
            ComparisonFigure.TABLE,
            "One row per model version, the version that it is compared with, slice, level, metric, and class or all"
                    + " classes",
            List.of("base_model", "base_version", "base_split", "metric", "label"),
            ComparisonFigure.SCHEMA,
            ComparisonFigure.CONSTRAINTS);

    public static final TableDefinition DRIFT = evaluation(
            DriftFigure.TABLE,
            "One row per model version, split, the split that it is compared with, and distance of its predictions, of"
                    + " all classes or of one",
            List.of("base_split", "metric", "label"),
            DriftFigure.SCHEMA,
            DriftFigure.CONSTRAINTS);

    public static final TableDefinition GATES = evaluation(
            GateFigure.TABLE,
            "One row per model version and statement that must hold of it, of one class or of all",
            List.of("statement", "label"),
            GateFigure.SCHEMA.add(column("sha256", StringType, "Hash of the artifact whose predictions were judged")),
            GateFigure.CONSTRAINTS);

    /** The tables that the command run writes, in the order in which its jobs do. */
    public static final List<TableDefinition> OF_A_RUN = List.of(
            EXAMPLES,
            REJECTS,
            CLASSES,
            SPLITS,
            MODELS,
            CALIBRATIONS,
            CONFORMAL,
            PREDICTIONS,
            EVALUATION_SUMMARY,
            EVALUATION_PER_CLASS,
            EVALUATION_CONFUSION,
            EVALUATION_CLUSTERS,
            EVALUATION_CALIBRATION,
            EVALUATION_CURVES,
            THRESHOLDS,
            RUNS,
            RUN_PHASES);

    /** Every table; those that the configuration has to ask for, and those of jobs of their own, come last. */
    public static final List<TableDefinition> ALL = Stream.concat(
                    OF_A_RUN.stream(),
                    Stream.of(
                            TRIALS,
                            TRAINING_HISTORY,
                            EVALUATION_COSTS,
                            EVALUATION_SETS,
                            COMPARISONS,
                            DRIFT,
                            GATES,
                            SOURCE_COLUMNS,
                            SOURCE_POSITIONS,
                            FORGOTTEN))
            .toList();

    private static TableDefinition evaluation(
            String name, String comment, List<String> key, StructType schema, Map<String, String> constraints) {
        List<String> whole =
                Stream.concat(EvaluationKey.COLUMNS.stream(), key.stream()).toList();
        return new TableDefinition(
                name, comment, whole, schema.add(column("run_id", StringType, RUN_COMMENT)), constraints);
    }

    private Tables() {}
}
