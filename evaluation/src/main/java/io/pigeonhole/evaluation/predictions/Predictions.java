package io.pigeonhole.evaluation.predictions;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.TableColumns;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The table of predictions: one row per example and model version, from any source.
 *
 * <p>Only {@code example_id, model, version, split, label, predicted} are required. Without {@code confidence} there is
 * no calibration, without {@code label_probability} no log loss and no rate of unseen labels; without {@code
 * label_rank} the rank is looked up in {@code top_k}, as far as that goes; without {@code levels} the decisions at the
 * levels of a taxonomy are derived from the label and the prediction. Unless every labelled row of a split has {@code
 * probabilities}, there are no figures of one class against the rest; without {@code unlisted_probability} the
 * probabilities are assumed to add up to 1. Without {@code slices} only the whole split is evaluated, and without
 * {@code group} (or where it is null) the bootstrap draws each row by itself.
 */
public final class Predictions {

    public static final String EXAMPLE_ID = "example_id";
    public static final String MODEL = EvaluationKey.MODEL;
    public static final String VERSION = EvaluationKey.VERSION;
    public static final String SPLIT = EvaluationKey.SPLIT;
    public static final String LABEL = "label";
    public static final String PREDICTED = "predicted";
    public static final String CONFIDENCE = "confidence";
    public static final String LABEL_PROBABILITY = "label_probability";
    public static final String LABEL_RANK = "label_rank";
    public static final String TOP_K = "top_k";
    public static final String LEVELS = "levels";
    public static final String PROBABILITIES = "probabilities";
    public static final String UNLISTED_PROBABILITY = "unlisted_probability";
    /** Names of the slices that a row belongs to; not stored in the table. */
    public static final String SLICES = "slices";
    /** Value shared by rows that belong together, which the bootstrap draws together; not stored in the table. */
    public static final String GROUP = "group";
    /**
     * The prediction set: classes that contain the true one with the configured probability; not every table of
     * predictions has it.
     */
    public static final String PREDICTION_SET = "prediction_set";
    /** What decided: {@code rule id@version}, or a model as {@code name@version}; not every table of predictions has it. */
    public static final String DECIDED_BY = "decided_by";
    /**
     * Whether the label is one of those that belong to no class, so that the row judges only how a model treats such
     * rows; null where there are no such labels. Not every table of predictions has it.
     */
    public static final String IS_UNKNOWN = "is_unknown";
    /** How little the row is like those of any class: the higher, the less. Not every table of predictions has it. */
    public static final String UNKNOWN_SCORE = "unknown_score";
    /** Conformal p-value of the most probable class. Not every table of predictions has it. */
    public static final String P_VALUE = "p_value";
    /** In {@link #PREDICTED}: the decision that the row is of none of the classes. */
    public static final String UNKNOWN = "unknown";
    /** Within an element of {@link #TOP_K} and {@link #PROBABILITIES}. */
    public static final String PROBABILITY = "probability";
    /** Within an element of {@link #LEVELS}: 1 is the level below the root. */
    public static final String LEVEL = "level";

    // Delta does not allow NOT NULL within arrays
    /** Type of {@link #TOP_K}: the most probable classes, best first. */
    public static final ArrayType TOP_K_TYPE = new ArrayType(
            new StructType(new StructField[] {
                TableColumns.optional(LABEL, StringType, "A class"),
                TableColumns.optional(PROBABILITY, DoubleType, "The probability the model gave it")
            }),
            false);

    /**
     * Type of {@link #PROBABILITIES}: the most probable classes, each at most once; no class left out is more probable
     * than a listed one.
     */
    public static final ArrayType PROBABILITIES_TYPE = new ArrayType(
            new StructType(new StructField[] {
                TableColumns.optional(LABEL, StringType, "A class"),
                TableColumns.optional(PROBABILITY, DoubleType, "The probability the model gave it")
            }),
            true);

    private static final String UNLISTED_COMMENT =
            "Largest probability of a class that probabilities leaves out; 0 when it has them all";

    private static final StructType DECISION = new StructType(new StructField[] {
        TableColumns.optional(LEVEL, IntegerType, "Level of the taxonomy; 1 is the level below the root"),
        TableColumns.optional(LABEL, StringType, "True node at this level; null when not known"),
        TableColumns.optional(PREDICTED, StringType, "Node decided for at this level"),
        TableColumns.optional(CONFIDENCE, DoubleType, "Probability of the node decided for"),
        TableColumns.optional(
                LABEL_PROBABILITY, DoubleType, "Probability of the true node; null when never seen in training"),
        TableColumns.optional(
                LABEL_RANK, IntegerType, "Rank of the true node, 1 is best; null when never seen in training")
    });

    /** Another allowed type of {@link #LEVELS}: then there are no figures of one node against the rest. */
    static final ArrayType LEVELS_WITHOUT_LISTS = new ArrayType(DECISION, false);

    /** Type of {@link #LEVELS}: the decision at every level of the taxonomy above the labels themselves. */
    public static final ArrayType LEVELS_TYPE = new ArrayType(
            DECISION.add(TableColumns.optional(
                            PROBABILITIES, PROBABILITIES_TYPE, "The probable nodes of this level, best first"))
                    .add(TableColumns.optional(UNLISTED_PROBABILITY, DoubleType, UNLISTED_COMMENT)),
            false);

    public static final StructType SCHEMA = new StructType(new StructField[] {
        TableColumns.required(EXAMPLE_ID, StringType, "The example that was classified"),
        TableColumns.required(MODEL, StringType, "Name of the model"),
        TableColumns.required(VERSION, IntegerType, "Version of the model"),
        TableColumns.required(SPLIT, StringType, "Split the example lies in: train, validation or test"),
        TableColumns.optional(LABEL, StringType, "True class; null when the example is unlabelled"),
        TableColumns.required(PREDICTED, StringType, "Class the model decided for"),
        TableColumns.required(CONFIDENCE, DoubleType, "Probability the model gave the class it decided for"),
        TableColumns.optional(
                LABEL_PROBABILITY,
                DoubleType,
                "Probability the model gave the true class; null when unlabelled or never seen in training"),
        TableColumns.optional(
                LABEL_RANK,
                IntegerType,
                "Rank of the true class in the model's order, 1 is best; null when unlabelled or never seen in training"),
        TableColumns.required(TOP_K, TOP_K_TYPE, "The most probable classes with their probabilities, best first"),
        TableColumns.optional(
                LEVELS, LEVELS_TYPE, "The decision at each level of the taxonomy above the labels; empty when flat"),
        TableColumns.optional(
                PROBABILITIES,
                PROBABILITIES_TYPE,
                "The classes that reach the configured probability, up to a configured number, best first"),
        TableColumns.optional(UNLISTED_PROBABILITY, DoubleType, UNLISTED_COMMENT)
    });

    /** Whether {@link #UNKNOWN} is a decision for no class: the predictions have the column {@link #UNKNOWN_SCORE}. */
    public static boolean mayBeUnknown(Dataset<Row> predictions) {
        return List.of(predictions.columns()).contains(UNKNOWN_SCORE);
    }

    private Predictions() {}
}
