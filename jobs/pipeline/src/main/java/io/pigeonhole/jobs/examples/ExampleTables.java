package io.pigeonhole.jobs.examples;

import static io.pigeonhole.jobs.store.TableDefinition.column;
import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import io.pigeonhole.jobs.store.TableDefinition;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructType;

/** The tables of examples: accepted and rejected rows, their classes, their splits, and the forgotten values. */
public final class ExampleTables {

    /** Accepted examples; the fields of the configuration follow these columns. */
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
                    .add(TableDefinition.RUN_ID),
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
                    .add(TableDefinition.RUN_ID),
            Map.of("known_split", "split IN ('train', 'validation', 'test')", "weight_positive", "weight > 0"));

    /** How each class is divided, and which of its rows are copies of others. */
    public static final TableDefinition CLASS_SPLITS = new TableDefinition(
            "class_splits",
            "One row per class of the splits: its rows in each split, and those with the same features as another row",
            List.of("label"),
            new StructType()
                    .add(column("label", StringType, "Class under which the examples are dealt and trained"))
                    .add(column("train", LongType, "Rows in train"))
                    .add(column("validation", LongType, "Rows in validation; 0 also for a class that only trains"))
                    .add(column("test", LongType, "Rows in test; 0 also for a class that only trains"))
                    .add(column("contents", LongType, "Different features among the rows of the class"))
                    .add(column("copies", LongType, "Rows beyond the first of each of these: rows minus contents"))
                    .add(column(
                            "copies_of_other_classes",
                            LongType,
                            "Rows with the same features as a row of another class"))
                    .add(column(
                            "validation_in_train",
                            LongType,
                            "Rows of validation with the same features and label as a row of train"))
                    .add(column(
                            "test_in_train",
                            LongType,
                            "Rows of test with the same features and label as a row of train"))
                    .add(column(
                            "test_in_validation",
                            LongType,
                            "Rows of test with the same features and label as a row of validation"))
                    .add(TableDefinition.RUN_ID),
            Map.of(
                    "rows_not_negative",
                    "train >= 0 AND validation >= 0 AND test >= 0",
                    "copies_are_the_rest",
                    "contents >= 1 AND copies >= 0 AND contents + copies = train + validation + test",
                    "copies_within_rows",
                    "copies_of_other_classes BETWEEN 0 AND train + validation + test AND validation_in_train BETWEEN 0 AND"
                            + " validation AND test_in_train BETWEEN 0 AND test AND test_in_validation BETWEEN 0 AND test"));

    public static final TableDefinition FORGOTTEN = new TableDefinition(
            "forgotten",
            "One row per value whose examples were removed by forget, and which extract leaves out",
            List.of("field", "value_hash"),
            new StructType()
                    .add(column("field", StringType, "Column of the table examples that the value was in"))
                    .add(column("value_hash", StringType, "SHA-256 of the salt followed by the value, in hexadecimal"))
                    .add(column("salt", StringType, "Random text, the same in all rows of a store"))
                    .add(column("forgotten_at", TimestampType, "When"))
                    .add(TableDefinition.RUN_ID),
            Map.of("value_hash_present", "length(value_hash) = 64"));

    private ExampleTables() {}
}
