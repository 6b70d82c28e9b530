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
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Forgotten values, stored as salted hashes. The salt is stored beside them: it protects against look-ups in
 * precomputed tables, but not against trying all possible values.
 */
public final class Forgotten {

    private static final int SALT_BYTES = 16;

    private static final StructType HASHES = StructType.fromDDL("__forgotten STRING");

    /** Names and salts of the fields with forgotten values. */
    private record Field(String name, String salt) {}

    private final List<Row> rows;
    private final Set<Field> fields;

    private Forgotten(List<Row> rows) {
        this.rows = rows;
        fields = rows.stream()
                .map(row -> new Field(row.getAs("field"), row.getAs("salt")))
                .sorted(Comparator.comparing(Field::name).thenComparing(Field::salt))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Reads the present state of the store. */
    public static Forgotten of(Session session) {
        return new Forgotten(session.store().rows(ExampleTables.FORGOTTEN));
    }

    public boolean isEmpty() {
        return fields.isEmpty();
    }

    /** The salt of the hashes; creates one if there is none yet. */
    public String salt() {
        if (!fields.isEmpty()) {
            return fields.iterator().next().salt();
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
        List<String> hashes = rows.stream()
                .map(row -> row.<String>getAs("value_hash"))
                .sorted()
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
                Dataset<Row> gone = rows.sparkSession().createDataFrame(hashes(field), HASHES);
                result = result.join(broadcast(gone), hash.equalTo(col("__forgotten")), "left_anti");
            }
        }
        return result;
    }

    private List<Row> hashes(Field field) {
        return rows.stream()
                .filter(row -> row.getAs("field").equals(field.name())
                        && row.getAs("salt").equals(field.salt()))
                .map(row -> RowFactory.create(row.<String>getAs("value_hash")))
                .toList();
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
