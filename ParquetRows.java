package io.pigeonhole.jobs.store.delta;

import java.io.IOException;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Writes rows as a Parquet file, of the shape that Spark gives it: lists in three levels, times in milliseconds of UTC. Delta
 * Kernel's own writer has microseconds, which the tables do not promise.
 */
final class ParquetRows {

    private ParquetRows() {}

    /** @param rows with values in the order of the schema's columns */
    static void write(List<Row> rows, StructType schema, Path file, Configuration hadoop) throws IOException {
        MessageType message = new MessageType(
                "spark_schema",
                Arrays.stream(schema.fields()).map(ParquetRows::type).toList());
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(HadoopOutputFile.fromPath(file, hadoop))
                .withConf(hadoop)
                .withType(message)
                .withCompressionCodec(CompressionCodecName.SNAPPY)
                .build()) {
            for (Row row : rows) {
                Group group = new SimpleGroup(message);
                fill(group, row, schema);
                writer.write(group);
            }
        }
    }

    private static Type type(StructField field) {
        return type(field.name(), field.dataType());
    }

    private static Type type(String name, DataType type) {
        if (type instanceof StructType struct) {
            return Types.optionalGroup()
                    .addFields(Arrays.stream(struct.fields())
                            .map(ParquetRows::type)
                            .toArray(Type[]::new))
                    .named(name);
        } else if (type instanceof ArrayType array) {
            GroupType list = Types.repeatedGroup()
                    .addField(type("element", array.elementType()))
                    .named("list");
            return Types.optionalGroup()
                    .as(LogicalTypeAnnotation.listType())
                    .addField(list)
                    .named(name);
        } else if (type.equals(DataTypes.StringType)) {
            return Types.optional(PrimitiveTypeName.BINARY)
                    .as(LogicalTypeAnnotation.stringType())
                    .named(name);
        } else if (type.equals(DataTypes.TimestampType)) {
            return Types.optional(PrimitiveTypeName.INT64)
                    .as(LogicalTypeAnnotation.timestampType(true, LogicalTypeAnnotation.TimeUnit.MILLIS))
                    .named(name);
        }
        return Types.optional(primitive(type)).named(name);
    }

    private static PrimitiveTypeName primitive(DataType type) {
        if (type.equals(DataTypes.IntegerType)) {
            return PrimitiveTypeName.INT32;
        } else if (type.equals(DataTypes.LongType)) {
            return PrimitiveTypeName.INT64;
        } else if (type.equals(DataTypes.DoubleType)) {
            return PrimitiveTypeName.DOUBLE;
        } else if (type.equals(DataTypes.BooleanType)) {
            return PrimitiveTypeName.BOOLEAN;
        }
        throw new IllegalArgumentException("columns of type " + type.simpleString() + " are written by Spark alone");
    }

    private static void fill(Group group, Row row, StructType schema) {
        for (int i = 0; i < schema.length(); i++) {
            add(group, i, row.get(i), schema.fields()[i].dataType());
        }
    }

    /** A value that is null is left out. */
    private static void add(Group group, int field, @Nullable Object value, DataType type) {
        if (value == null) {
            return;
        } else if (type instanceof StructType struct) {
            fill(group.addGroup(field), (Row) value, struct);
        } else if (type instanceof ArrayType array) {
            Group list = group.addGroup(field);
            for (Object element : elements(value)) {
                add(list.addGroup(0), 0, element, array.elementType());
            }
        } else if (value instanceof String text) {
            group.add(field, text);
        } else if (value instanceof Timestamp time) {
            group.add(field, time.getTime());
        } else if (value instanceof Integer number) {
            group.add(field, number);
        } else if (value instanceof Long number) {
            group.add(field, number);
        } else if (value instanceof Double number) {
            group.add(field, number);
        } else {
            group.add(field, (Boolean) value);
        }
    }

    private static Iterable<? extends @Nullable Object> elements(Object array) {
        if (array instanceof Object[] values) {
            return Arrays.asList(values);
        } else if (array instanceof List<?> values) {
            return values;
        }
        return CollectionConverters.asJava((scala.collection.Iterable<?>) array);
    }
}
