package io.pigeonhole.transforms.cleaning;

import static io.pigeonhole.transforms.Columns.named;
import static org.apache.spark.ml.functions.vector_to_array;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.xxhash64;

import io.pigeonhole.transforms.Columns;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;

/** Hashes of the content of rows. */
final class Contents {

    private static final Map<String, String> OPTIONS = Map.of("ignoreNullFields", "false", "timeZone", "UTC");

    private static final UserDefinedFunction BITS =
            udf((UDF1<Seq<Double>, byte[]>) Contents::bits, DataTypes.BinaryType);

    private Contents() {}

    /**
     * SHA-256, in hexadecimal, of the bits of all floating-point numbers, those of arrays last, followed by the other
     * columns as JSON, each in the order given. Formatting the numbers as decimals would take a third of the time of
     * writing a table, and the format differs between JDK versions.
     */
    static Column hash(StructType schema, List<String> columns, Column... more) {
        return sha2(bytes(schema, columns, more), 256);
    }

    /** A 64-bit hash of the same bytes. */
    static Column key(StructType schema, List<String> columns) {
        return xxhash64(bytes(schema, columns));
    }

    private static Column bytes(StructType schema, List<String> columns, Column... more) {
        Column[] numbers = columns.stream()
                .filter(name -> isFloating(schema.apply(name).dataType()))
                .map(name -> named(name).cast("double"))
                .toArray(Column[]::new);
        Stream<Column> arrays = columns.stream()
                .filter(name -> isArray(schema.apply(name).dataType()))
                .map(name -> plain(schema, name).cast("array<double>"));
        Column[] others = Stream.concat(
                        columns.stream()
                                .filter(name -> !isFloating(schema.apply(name).dataType())
                                        && !isArray(schema.apply(name).dataType()))
                                .map(Columns::named),
                        Stream.of(more))
                .toArray(Column[]::new);
        Stream<Column> bits = Stream.concat(numbers.length == 0 ? Stream.of() : Stream.of(array(numbers)), arrays)
                .map(BITS::apply);
        Stream<Column> json = others.length == 0
                ? Stream.of()
                : Stream.of(to_json(struct(others), OPTIONS).cast("binary"));
        return concat(Stream.concat(bits, json).toArray(Column[]::new));
    }

    private static boolean isFloating(DataType type) {
        return type.equals(DataTypes.DoubleType) || type.equals(DataTypes.FloatType);
    }

    private static boolean isArray(DataType type) {
        return type.equals(SQLDataTypes.VectorType())
                || (type instanceof ArrayType array && isFloating(array.elementType()));
    }

    /**
     * The count of numbers in four bytes, -1 for a null array; then each number as the byte 1 and its eight bytes, or
     * as the byte 0 for null. The most significant byte comes first. All NaN values are written alike, and so are both
     * zeros.
     */
    private static byte[] bits(@Nullable Seq<@Nullable Double> numbers) {
        if (numbers == null) {
            return ByteBuffer.allocate(Integer.BYTES).putInt(-1).array();
        }
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + (1 + Double.BYTES) * numbers.size());
        bytes.putInt(numbers.size());
        for (int i = 0; i < numbers.size(); i++) {
            Double number = numbers.apply(i);
            if (number == null) {
                bytes.put((byte) 0);
            } else {
                bytes.put((byte) 1).putLong(Double.doubleToLongBits(number == 0 ? 0.0 : number));
            }
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /** A vector column as an array; any other column unchanged. */
    static Column plain(StructType schema, String name) {
        return schema.apply(name).dataType().equals(SQLDataTypes.VectorType())
                ? vector_to_array(named(name), "float64")
                : named(name);
    }
}
