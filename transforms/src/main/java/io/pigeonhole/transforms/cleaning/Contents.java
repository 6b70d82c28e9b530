package io.pigeonhole.transforms.cleaning;

import static io.pigeonhole.transforms.Columns.named;
import static org.apache.spark.ml.functions.vector_to_array;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.StructType;

/** What a row says, as a hash. */
final class Contents {

    private static final Map<String, String> OPTIONS = Map.of("ignoreNullFields", "false", "timeZone", "UTC");

    private Contents() {}

    /** SHA-256, in hexadecimal, of the columns as JSON, in the order given. */
    static Column hash(StructType schema, List<String> columns, Column... more) {
        Column[] all = Stream.concat(
                        columns.stream().map(name -> plain(schema, name).as(name)), Stream.of(more))
                .toArray(Column[]::new);
        return sha2(to_json(struct(all), OPTIONS), 256);
    }

    /** A vector column as an array; any other as it is. */
    static Column plain(StructType schema, String name) {
        return schema.apply(name).dataType().equals(SQLDataTypes.VectorType())
                ? vector_to_array(named(name), "float64")
                : named(name);
    }
}
