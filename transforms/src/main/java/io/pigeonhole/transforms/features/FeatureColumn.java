package io.pigeonhole.transforms.features;

import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;

/**
 * A column that features are made of.
 *
 * @param name its name in the examples
 * @param type what it must hold
 */
public record FeatureColumn(String name, Type type) {

    /** What a column must hold to become a kind of feature. */
    public enum Type {
        TEXT("STRING"),
        NUMBER("a number or BOOLEAN"),
        CATEGORY("STRING, a number or BOOLEAN"),
        VECTOR("an ARRAY of numbers or an ML vector");

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
                            || (type instanceof ArrayType array && array.elementType() instanceof NumericType);
            };
        }
    }
}
