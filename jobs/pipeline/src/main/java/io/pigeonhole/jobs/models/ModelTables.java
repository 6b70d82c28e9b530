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
                            "reg_param", DoubleType, "Penalty on the mean loss; null for a model that is not linear"))
                    .add(column("elastic_net", DoubleType, "Share of L1 in it; null for a model that is not linear"))
                    .add(column(
                            "class_weight",
                            StringType,
                            "How rows are weighted by class: none, balanced or given; null for a model that is not"
                                    + " linear"))
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
                            "What training minimised, at its end; null where it minimises nothing"))
                    .add(column(
                            "coefficients", LongType, "Coefficients of the model, fewer where they are stored sparse"))
                    .add(column("picked", BooleanType, "Whether the version has this setting; one has"))
                    .add(column(
                            "setting",
                            StringType,
                            "The keys and values that were tried; null in rows that an older program wrote"))
                    .add(TableDefinition.RUN_ID),
            Map.of(
                    "trial_positive",
                    "trial >= 1",
                    "trial_interval",
                    "low <= value AND value <= high",
                    "trial_setting",
                    "coalesce(reg_param >= 0 AND elastic_net BETWEEN 0 AND 1"
                            + " AND class_weight IN ('none', 'balanced', 'given'), true)",
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

    public static final TableDefinition CASCADE_FRONTIER = new TableDefinition(
            "cascade_frontier",
            "One row per version of a cascade and rule: what a budget buys, on the validation rows that chose no rule",
            List.of("model", "version", "point"),
            new StructType()
                    .add(column("model", StringType, "Name of the model in the configuration"))
                    .add(column("version", IntegerType, "Version of the cascade"))
                    .add(column(
                            "point", IntegerType, "Number of the rule, from 1, by rising share of the second model"))
                    .add(column(
                            "threshold",
                            DoubleType,
                            "Gain in the probability of being right above which a row goes to the second model"))
                    .add(column("support", LongType, "Rows behind the figures: validation rows that chose no rule"))
                    .add(column("share", DoubleType, "Share of these rows that the second model answers"))
                    .add(column(
                            "cost", DoubleType, "Expected cost of a row; null where the configuration states no costs"))
                    .add(column("accuracy", DoubleType, "Share of right answers"))
                    .add(column("low", DoubleType, "Lower bound of its interval, by Clopper and Pearson"))
                    .add(column("high", DoubleType, "Upper bound of its interval"))
                    .add(column(
                            "efficient",
                            BooleanType,
                            "Whether no rule with as small a share or a smaller one has a higher accuracy"))
                    .add(column("chosen", BooleanType, "Whether the version has this rule; one has"))
                    .add(column(
                            "certified",
                            DoubleType,
                            "Of the chosen rule, the accuracy that is exceeded with the confidence beside it"))
                    .add(column("confidence", DoubleType, "Confidence of that bound; null where there is none"))
                    .add(TableDefinition.RUN_ID),
            Map.of(
                    "frontier_point_positive",
                    "point >= 1 AND support >= 1",
                    "frontier_share_is_a_share",
                    "share BETWEEN 0 AND 1",
                    "frontier_interval",
                    "low <= accuracy AND accuracy <= high AND coalesce(certified <= accuracy, true)",
                    "frontier_certifies_the_chosen",
                    "chosen = (certified IS NOT NULL AND confidence IS NOT NULL)"));

    public static final TableDefinition RULES = new TableDefinition(
            "rules",
            "One row per model version with rules and rule: the rule, and what the labelled validation rows say about it alone",
            List.of("model", "version", "id"),
            new StructType()
                    .add(column("model", StringType, "Name of the model in the configuration"))
                    .add(column("version", IntegerType, "Version of the model"))
                    .add(column("id", StringType, "Names the rule"))
                    .add(column("rule_version", IntegerType, "Version of the rule's text"))
                    .add(column("place", IntegerType, "Place in the order in which the rules are asked, from 1"))
                    .add(column("priority", IntegerType, "Priority; higher ones are asked first"))
                    .add(column("binding", BooleanType, "Whether it decides all rows that it matches"))
                    .add(column("label", StringType, "Class that it decides for"))
                    .add(column("sql", StringType, "Its condition"))
                    .add(column("support", LongType, "Rows that it matches"))
                    .add(column("coverage", DoubleType, "Share of all rows that it matches"))
                    .add(column("correct", LongType, "Rows that it matches and that are of its class"))
                    .add(column("precision", DoubleType, "Share of them; null if it matches none"))
                    .add(column("low", DoubleType, "Lower bound of the precision (Wilson)"))
                    .add(column("high", DoubleType, "Upper bound of the precision (Wilson)"))
                    .add(column("probability", DoubleType, "Probability that its class gets where it decides"))
                    .add(column(
                            "found", DoubleType, "Share of the rows of its class that it matches; null without any"))
                    .add(column("overlaps", LongType, "Rows that it matches and another rule matches too"))
                    .add(column("conflicts", LongType, "Rows that it matches and a rule for another class matches too"))
                    .add(column(
                            "decides",
                            BooleanType,
                            "Whether it can decide: it is binding, or low exceeds the least possible confidence of the"
                                    + " model"))
                    .add(TableDefinition.RUN_ID),
            Map.of(
                    "rules_counts",
                    "0 <= correct AND correct <= support AND 0 <= conflicts AND conflicts <= overlaps AND overlaps <= support",
                    "rules_precision",
                    "CASE WHEN support = 0 THEN precision IS NULL AND low IS NULL AND high IS NULL"
                            + " ELSE coalesce(0 <= low AND low <= precision AND precision <= high AND high <= 1, false) END",
                    "rules_shares",
                    "coverage BETWEEN 0 AND 1 AND probability BETWEEN 0 AND 1 AND coalesce(found BETWEEN 0 AND 1, true)"));

    public static final TableDefinition UNKNOWN_THRESHOLDS = new TableDefinition(
            "unknown_thresholds",
            "One row per model version with a rule for unknown rows, and per class: when a row is of none of the classes",
            List.of("model", "version", "label"),
            new StructType()
                    .add(column("model", StringType, "Name of the model in the configuration"))
                    .add(column("version", IntegerType, "Version that came out of the calibration"))
                    .add(column(
                            "label",
                            StringType,
                            "Class that is the most probable one of a row before calibration; null for all rows"))
                    .add(column(
                            "score",
                            StringType,
                            "What unknown_score is: model (the model's own, such as its largest logit times -1) or"
                                    + " probability (log of the odds against the most probable class)"))
                    .add(column(
                            "threshold",
                            DoubleType,
                            "A row is decided to be unknown where its unknown_score is above; null for all rows if"
                                    + " classes differ, and where none ever is, for lack of validation rows"))
                    .add(column(
                            "pooled",
                            BooleanType,
                            "Whether the class has too few rows, so that its threshold is that of all such classes"))
                    .add(column(
                            "at_most",
                            DoubleType,
                            "Share of the rows that may be lost, by the configuration; null if rows of no class chose the"
                                    + " threshold too"))
                    .add(column("support", LongType, "Validation rows of the model's classes that it was fitted on"))
                    .add(column("lost", LongType, "Those of them that are decided to be unknown"))
                    .add(column("in_scope_loss", DoubleType, "lost / support; null without rows"))
                    .add(column("in_scope_loss_low", DoubleType, "Lower bound of in_scope_loss (Wilson)"))
                    .add(column("in_scope_loss_high", DoubleType, "Upper bound of in_scope_loss (Wilson)"))
                    .add(column(
                            "objective",
                            StringType,
                            "What the threshold was chosen by: at_most_in_scope_loss, balanced_accuracy or"
                                    + " least_unknown_recall"))
                    .add(column(
                            "at_least",
                            DoubleType,
                            "Share of the rows of no class that must be found, by the configuration; null for other"
                                    + " objectives"))
                    .add(column(
                            "unknown_support",
                            LongType,
                            "Validation rows of no class that chose the threshold; null if none did"))
                    .add(column("found", LongType, "Those of them that are decided to be unknown"))
                    .add(column(
                            "unknown_recall",
                            DoubleType,
                            "found / unknown_support, too high by the choice: for an honest figure see"
                                    + " evaluation_unknown on test"))
                    .add(column("unknown_recall_low", DoubleType, "Lower bound of unknown_recall (Wilson)"))
                    .add(column("unknown_recall_high", DoubleType, "Upper bound of unknown_recall (Wilson)"))
                    .add(TableDefinition.RUN_ID),
            Map.of(
                    "unknown_score_known",
                    "score IN ('model', 'probability')",
                    "unknown_lost_within",
                    "lost >= 0 AND lost <= support",
                    "at_most_within",
                    "coalesce(at_most > 0 AND at_most < 1, true)",
                    "unknown_found_within",
                    "coalesce(found >= 0 AND found <= unknown_support, true)"));

    private ModelTables() {}
}
