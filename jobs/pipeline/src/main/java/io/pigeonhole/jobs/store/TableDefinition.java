package io.pigeonhole.jobs.store;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The definition of a table. Every column has a comment, and rules on rows are constraints.
 *
 * @param name name below {@code store.root}
 * @param comment meaning of one row
 * @param key columns that together identify a row
 * @param schema columns with their comments
 * @param constraints SQL condition of each named constraint
 * @param indexed number of leading columns whose minimum and maximum the log keeps for each file
 */
public record TableDefinition(
        String name,
        String comment,
        List<String> key,
        StructType schema,
        Map<String, String> constraints,
        int indexed) {

    /** Number of indexed columns, as by Delta's default. */
    private static final int INDEXED = 32;

    /** Prefix of the property of a constraint. */
    static final String CONSTRAINT = "delta.constraints.";

    /** The column with the run id, which the store adds to rows. */
    public static final StructField RUN_ID =
            column("run_id", DataTypes.StringType, "Run that wrote the row; see the table runs");

    public TableDefinition(
            String name, String comment, List<String> key, StructType schema, Map<String, String> constraints) {
        this(name, comment, key, schema, constraints, indexed(schema));
    }

    /** At least the run id is indexed, by which runs replace their rows. */
    private static int indexed(StructType schema) {
        int runId = List.of(schema.fieldNames()).indexOf(RUN_ID.name());
        return Math.max(Math.min(INDEXED, schema.length()), runId + 1);
    }

    public TableDefinition {
        key = List.copyOf(key);
        constraints = Map.copyOf(constraints);
        for (StructField field : schema.fields()) {
            if (field.getComment().isEmpty()) {
                throw new IllegalArgumentException("column " + name + "." + field.name() + " has no comment");
            }
        }
    }

    /** Properties of the stored table that follow from the definition. */
    Map<String, String> rules() {
        Map<String, String> rules = new HashMap<>();
        rules.put("delta.dataSkippingNumIndexedCols", String.valueOf(indexed));
        constraints.forEach((name, condition) -> rules.put(CONSTRAINT + name, condition));
        return rules;
    }

    /** Initial properties of the table; operators may change them. */
    Map<String, String> properties() {
        return Map.of(
                "delta.enableDeletionVectors",
                "false",
                // versions that runs refer to stay readable as long as their files exist
                "delta.logRetentionDuration",
                "interval 3650 days");
    }

    /** A nullable column with a comment. */
    public static StructField column(String name, DataType type, String comment) {
        return new StructField(
                name,
                type,
                true,
                new MetadataBuilder().putString("comment", comment).build());
    }

    /** Some words as text: {@code a, b or c}. */
    public static String anyOf(List<String> words) {
        int last = words.size() - 1;
        return last == 0 ? words.get(0) : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }

    /** The columns that a run writes: all but the run id, which the store adds. */
    public StructType unstamped() {
        return new StructType(Arrays.stream(schema.fields())
                .filter(field -> !field.name().equals(RUN_ID.name()))
                .toArray(StructField[]::new));
    }

    /**
     * The same table with additional last columns. They are not indexed, as indexing many takes a tenth of the write
     * time.
     */
    public TableDefinition withColumns(List<StructField> columns) {
        StructType wider = schema;
        for (StructField column : columns) {
            wider = wider.add(column);
        }
        return new TableDefinition(name, comment, key, wider, constraints, indexed);
    }
}
