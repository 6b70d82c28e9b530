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
 * A table as it is created: every column has a comment, and rules that hold are constraints.
 *
 * @param name name below {@code store.root}
 * @param comment what one row is
 * @param key columns that together name a row
 * @param schema columns with their comments
 * @param constraints SQL condition of each named constraint
 * @param indexed of how many columns, from the first on, each file's least and greatest values are kept
 */
public record TableDefinition(
        String name,
        String comment,
        List<String> key,
        StructType schema,
        Map<String, String> constraints,
        int indexed) {

    /** As many columns are indexed as Delta does by default. */
    private static final int INDEXED = 32;

    /** How the property of a constraint begins. */
    static final String CONSTRAINT = "delta.constraints.";

    /** The column that names the run, with which the store stamps rows. */
    public static final StructField RUN_ID =
            column("run_id", DataTypes.StringType, "Run that wrote the row; see the table runs");

    public TableDefinition(
            String name, String comment, List<String> key, StructType schema, Map<String, String> constraints) {
        this(name, comment, key, schema, constraints, Math.min(INDEXED, schema.length()));
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

    /** Properties that the table begins with; whoever keeps the store may change them. */
    Map<String, String> properties() {
        return Map.of(
                "delta.enableDeletionVectors",
                "false",
                // versions that runs name can be read for as long as their files are there
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

    /** The columns that a run writes: all but the one that names the run, with which the store stamps them. */
    public StructType unstamped() {
        return new StructType(Arrays.stream(schema.fields())
                .filter(field -> !field.name().equals(RUN_ID.name()))
                .toArray(StructField[]::new));
    }

    /** The same table with more columns at its end, which are not indexed: that takes a tenth of the time of writing many. */
    public TableDefinition withColumns(List<StructField> columns) {
        StructType wider = schema;
        for (StructField column : columns) {
            wider = wider.add(column);
        }
        return new TableDefinition(name, comment, key, wider, constraints, indexed);
    }
}
