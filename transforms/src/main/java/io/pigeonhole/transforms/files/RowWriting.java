package io.pigeonhole.transforms.files;

import java.sql.Timestamp;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/** Hands rows to Parquet, value by value. A value that is null is left out. */
final class RowWriting extends WriteSupport<Row> {

    private final StructType schema;
    private final MessageType message;
    private @Nullable RecordConsumer consumer;

    RowWriting(StructType schema, MessageType message) {
        this.schema = schema;
        this.message = message;
    }

    @Override
    @SuppressWarnings("deprecation") // subclasses must have it
    public WriteContext init(Configuration hadoop) {
        return new WriteContext(message, Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
        consumer = recordConsumer;
    }

    @Override
    public void write(Row row) {
        if (consumer == null) {
            throw new IllegalStateException("a row before the start of its file");
        }
        consumer.startMessage();
        fields(consumer, row, schema);
        consumer.endMessage();
    }

    private static void fields(RecordConsumer to, Row row, StructType schema) {
        for (int i = 0; i < schema.length(); i++) {
            field(to, schema.fields()[i].name(), i, row.get(i), schema.fields()[i].dataType());
        }
    }

    private static void field(RecordConsumer to, String name, int index, @Nullable Object value, DataType type) {
        if (value == null) {
            return;
        }
        to.startField(name, index);
        if (type instanceof StructType struct) {
            to.startGroup();
            fields(to, (Row) value, struct);
            to.endGroup();
        } else if (type instanceof ArrayType array) {
            list(to, elements(value), array.elementType());
        } else {
            primitive(to, value);
        }
        to.endField(name, index);
    }

    private static void list(RecordConsumer to, Iterable<? extends @Nullable Object> elements, DataType type) {
        to.startGroup();
        if (elements.iterator().hasNext()) {
            to.startField("list", 0);
            for (Object element : elements) {
                to.startGroup();
                field(to, "element", 0, element, type);
                to.endGroup();
            }
            to.endField("list", 0);
        }
        to.endGroup();
    }

    private static void primitive(RecordConsumer to, Object value) {
        if (value instanceof String text) {
            to.addBinary(Binary.fromString(text));
        } else if (value instanceof Timestamp time) {
            to.addLong(time.getTime());
        } else if (value instanceof Integer number) {
            to.addInteger(number);
        } else if (value instanceof Long number) {
            to.addLong(number);
        } else if (value instanceof Float number) {
            to.addFloat(number);
        } else if (value instanceof Double number) {
            to.addDouble(number);
        } else {
            to.addBoolean((Boolean) value);
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
