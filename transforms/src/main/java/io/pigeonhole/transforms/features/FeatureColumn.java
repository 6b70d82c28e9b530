package io.pigeonhole.transforms.features;

import static io.pigeonhole.transforms.Columns.named;
import static org.apache.spark.ml.functions.vector_to_array;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.size;

import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * A column from which features are made.
 *
 * @param name its name in the examples
 * @param type the type of its values
 */
public record FeatureColumn(String name, Type type) {

    /** The number of elements of each vector in a column that {@link Type#VECTOR} accepts. */
    public static Column sizes(StructType schema, String name) {
        DataType type = schema.apply(name).dataType();
        if (type.equals(DataTypes.BinaryType)) {
            return octet_length(named(name));
        }
        return size(type.equals(SQLDataTypes.VectorType()) ? vector_to_array(named(name), "float64") : named(name));
    }

    /** The column types that a kind of feature accepts. */
    public enum Type {
        TEXT("STRING"),
        NUMBER("a number or BOOLEAN"),
        CATEGORY("STRING, a number or BOOLEAN"),
        /** Each byte is a number from 0 to 255. */
        VECTOR("BINARY, an ARRAY of numbers or an ML vector");

        private final String description;

        Type(String description) {
            this.description = description;
        }

        /** The types allowed, for a message. */
        public String description() {
            return description;
        }

        public boolean accepts(DataType type) {
            boolean number = type instanceof NumericType || type.equals(DataTypes.BooleanType);
            return switch (this) {
                case TEXT -> type.equals(DataTypes.StringType);
                case NUMBER -> number;
                case CATEGORY -> number || type.equals(DataTypes.StringType);
                case VECTOR ->
                    type.equals(SQLDataTypes.VectorType())
                            || type.equals(DataTypes.BinaryType)
                            || (type instanceof ArrayType array && array.elementType() instanceof NumericType);
            };
        }
    }
}
