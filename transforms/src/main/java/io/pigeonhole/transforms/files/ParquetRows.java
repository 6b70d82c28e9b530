package io.pigeonhole.transforms.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.OutputFile;
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

/**
 * Rows as a Parquet file, written and read in this process without a query. The file has the shape that Spark gives it: lists
 * in three levels, times in milliseconds of UTC.
 */
public final class ParquetRows {

    private ParquetRows() {}

    /**
     * Writes a new file.
     *
     * @param rows with values in the order of the schema's columns
     * @throws IllegalArgumentException for a type that this class does not know
     */
    public static void write(List<Row> rows, StructType schema, Path file, Configuration hadoop) throws IOException {
        MessageType message = new MessageType(
                "spark_schema",
                Arrays.stream(schema.fields()).map(ParquetRows::type).toList());
        try (ParquetWriter<Row> writer = new Builder(HadoopOutputFile.fromPath(file, hadoop), schema, message)
                .withConf(hadoop)
                .withCompressionCodec(CompressionCodecName.SNAPPY)
                .build()) {
            for (Row row : rows) {
                writer.write(row);
            }
        }
    }

    /**
     * Reads a file, in its order. Lists of INT and FLOAT come as arrays without boxes.
     *
     * @param schema columns of the rows, without structures and times; a column that the file lacks is null
     */
    public static List<Row> read(StructType schema, Path file, Configuration hadoop) {
        List<Row> rows = new ArrayList<>();
        try (ParquetReader<Row> reader = new ParquetReader.Builder<Row>(HadoopInputFile.fromPath(file, hadoop)) {
            @Override
            protected RowReading getReadSupport() {
                return new RowReading(schema);
            }
        }.withConf(hadoop).build()) {
            for (Row row = reader.read(); row != null; row = reader.read()) {
                rows.add(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("file " + file + " cannot be read", e);
        }
        return rows;
    }

    private static final class Builder extends ParquetWriter.Builder<Row, Builder> {

        private final StructType schema;
        private final MessageType message;

        Builder(OutputFile file, StructType schema, MessageType message) {
            super(file);
            this.schema = schema;
            this.message = message;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        @SuppressWarnings("deprecation") // subclasses must have it
        protected WriteSupport<Row> getWriteSupport(Configuration hadoop) {
            return new RowWriting(schema, message);
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
            return Types.optionalGroup()
                    .as(LogicalTypeAnnotation.listType())
                    .addField(Types.repeatedGroup()
                            .addField(type("element", array.elementType()))
                            .named("list"))
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
        } else if (type.equals(DataTypes.FloatType)) {
            return PrimitiveTypeName.FLOAT;
        } else if (type.equals(DataTypes.DoubleType)) {
            return PrimitiveTypeName.DOUBLE;
        } else if (type.equals(DataTypes.BooleanType)) {
            return PrimitiveTypeName.BOOLEAN;
        }
        throw new IllegalArgumentException("columns of type " + type.simpleString() + " are written by Spark alone");
    }
}
