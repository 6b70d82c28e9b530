package io.pigeonhole.jobs.examples;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sha2;

import io.pigeonhole.jobs.runs.Hashes;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.transforms.Columns;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Forgotten values, stored as salted hashes. The salt is stored beside them: it protects against look-ups in
 * precomputed tables, but not against trying all possible values.
 */
public final class Forgotten {

    private static final int SALT_BYTES = 16;

    /** Names and salts of the fields with forgotten values. */
    private record Field(String name, String salt) {}

    private final Dataset<Row> table;
    private final List<Field> fields;

    private Forgotten(Dataset<Row> table, List<Field> fields) {
        this.table = table;
        this.fields = fields;
    }

    /** Reads the present state of the store. */
    public static Forgotten of(Session session) {
        if (!session.store().exists(ExampleTables.FORGOTTEN)) {
            return new Forgotten(session.store().readOrEmpty(ExampleTables.FORGOTTEN), List.of());
        }
        Dataset<Row> table = session.store().read(ExampleTables.FORGOTTEN);
        return new Forgotten(
                table,
                table.select("field", "salt").distinct().orderBy("field", "salt").collectAsList().stream()
                        .map(row -> new Field(row.getString(0), row.getString(1)))
                        .toList());
    }

    public boolean isEmpty() {
        return fields.isEmpty();
    }

    /** The salt of the hashes; creates one if there is none yet. */
    public String salt() {
        if (!fields.isEmpty()) {
            return fields.get(0).salt();
        }
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return HexFormat.of().formatHex(salt);
    }

    public static String hash(String salt, String value) {
        return Hashes.sha256(salt + value);
    }

    /** The input of a run that leaves the forgotten values out; empty if there are none. */
    public Optional<Input> input(Session session) {
        if (isEmpty()) {
            return Optional.empty();
        }
        List<String> hashes = table.select("value_hash").orderBy("value_hash").collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
        return Optional.of(
                Input.of(session.store(), ExampleTables.FORGOTTEN, Hashes.sha256(String.join("\n", hashes))));
    }

    /** The rows without forgotten values. */
    public Dataset<Row> without(Dataset<Row> rows) {
        Dataset<Row> result = rows;
        for (Field field : fields) {
            if (Arrays.asList(rows.columns()).contains(field.name())) {
                Column hash = sha2(
                        concat(lit(field.salt()), Columns.named(field.name()).cast("string")), 256);
                Dataset<Row> gone = table.filter(col("field")
                                .equalTo(field.name())
                                .and(col("salt").equalTo(field.salt())))
                        .select(col("value_hash").as("__forgotten"));
                result = result.join(broadcast(gone), hash.equalTo(col("__forgotten")), "left_anti");
            }
        }
        return result;
    }

    /** Columns of a table that hold ids of examples. */
    public static List<String> idColumns(StructType schema) {
        List<String> columns = new ArrayList<>();
        for (String name : schema.fieldNames()) {
            if (name.equals(Columns.EXAMPLE_ID) || name.endsWith("_" + Columns.EXAMPLE_ID)) {
                columns.add(name);
            }
        }
        return columns;
    }
}
