package io.pigeonhole.transforms.files;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.ArraySeq;

/** Makes rows of what Parquet reads: those of the schema, with lists as Spark's {@code collect} gives them. */
final class RowReading extends ReadSupport<Row> {

    private final StructType schema;

    RowReading(StructType schema) {
        this.schema = schema;
    }

    @Override
    public ReadContext init(InitContext context) {
        MessageType file = context.getFileSchema();
        List<Type> present = Arrays.stream(schema.fieldNames())
                .filter(file::containsField)
                .map(file::getType)
                .toList();
        return new ReadContext(new MessageType(file.getName(), present));
    }

    @Override
    @SuppressWarnings("deprecation") // subclasses must have it
    public RecordMaterializer<Row> prepareForRead(
            Configuration hadoop, Map<String, String> metadata, MessageType file, ReadContext context) {
        Root root = new Root(schema, context.getRequestedSchema());
        return new RecordMaterializer<>() {
            @Override
            public Row getCurrentRecord() {
                return new GenericRowWithSchema(root.values, schema);
            }

            @Override
            public GroupConverter getRootConverter() {
                return root;
            }
        };
    }

    private static final class Root extends GroupConverter {

        private final Converter[] columns;
        private final int size;
        private @Nullable Object[] values = {};

        Root(StructType schema, MessageType present) {
            size = schema.length();
            columns = present.getFields().stream()
                    .map(column -> {
                        StructField field = schema.apply(column.getName());
                        int index = schema.fieldIndex(column.getName());
                        return converter(field.dataType(), value -> values[index] = value);
                    })
                    .toArray(Converter[]::new);
        }

        @Override
        public Converter getConverter(int column) {
            return columns[column];
        }

        @Override
        public void start() {
            values = new Object[size];
        }

        @Override
        public void end() {}
    }

    private static Converter converter(DataType type, Consumer<Object> to) {
        if (!(type instanceof ArrayType array)) {
            return new Primitive(to);
        } else if (array.elementType().equals(DataTypes.FloatType)) {
            return new Floats(to);
        } else if (array.elementType().equals(DataTypes.IntegerType)) {
            return new Integers(to);
        }
        return new Objects(array.elementType(), to);
    }

    private static final class Primitive extends PrimitiveConverter {

        private final Consumer<Object> to;

        Primitive(Consumer<Object> to) {
            this.to = to;
        }

        @Override
        public void addBinary(Binary value) {
            to.accept(value.toStringUsingUTF8());
        }

        @Override
        public void addBoolean(boolean value) {
            to.accept(value);
        }

        @Override
        public void addDouble(double value) {
            to.accept(value);
        }

        @Override
        public void addFloat(float value) {
            to.accept(value);
        }

        @Override
        public void addInt(int value) {
            to.accept(value);
        }

        @Override
        public void addLong(long value) {
            to.accept(value);
        }
    }

    /** A list: a group of groups, each with one element. Elements that are null are left out. */
    private abstract static class Elements extends GroupConverter {

        private final Consumer<Object> to;
        private final GroupConverter entry = new GroupConverter() {
            @Override
            public Converter getConverter(int field) {
                return element();
            }

            @Override
            public void start() {}

            @Override
            public void end() {}
        };

        Elements(Consumer<Object> to) {
            this.to = to;
        }

        /** Takes an element. */
        abstract Converter element();

        /** Forgets the elements of the list before. */
        abstract void clear();

        abstract Object list();

        @Override
        public final void start() {
            clear();
        }

        @Override
        public final void end() {
            to.accept(list());
        }

        @Override
        public final Converter getConverter(int field) {
            return entry;
        }
    }

    private static final class Objects extends Elements {

        private final Converter element;
        private List<Object> values = new ArrayList<>();

        Objects(DataType type, Consumer<Object> to) {
            super(to);
            element = converter(type, value -> values.add(value));
        }

        @Override
        Converter element() {
            return element;
        }

        @Override
        void clear() {
            values = new ArrayList<>();
        }

        @Override
        Object list() {
            return ArraySeq.unsafeWrapArray(values.toArray());
        }
    }

    private static final class Floats extends Elements {

        private float[] values = new float[16];
        private int size;
        private final PrimitiveConverter element = new PrimitiveConverter() {
            @Override
            public void addFloat(float value) {
                if (size == values.length) {
                    values = Arrays.copyOf(values, 2 * size);
                }
                values[size++] = value;
            }
        };

        Floats(Consumer<Object> to) {
            super(to);
        }

        @Override
        Converter element() {
            return element;
        }

        @Override
        void clear() {
            size = 0;
        }

        @Override
        Object list() {
            return new ArraySeq.ofFloat(Arrays.copyOf(values, size));
        }
    }

    private static final class Integers extends Elements {

        private int[] values = new int[16];
        private int size;
        private final PrimitiveConverter element = new PrimitiveConverter() {
            @Override
            public void addInt(int value) {
                if (size == values.length) {
                    values = Arrays.copyOf(values, 2 * size);
                }
                values[size++] = value;
            }
        };

        Integers(Consumer<Object> to) {
            super(to);
        }

        @Override
        Converter element() {
            return element;
        }

        @Override
        void clear() {
            size = 0;
        }

        @Override
        Object list() {
            return new ArraySeq.ofInt(Arrays.copyOf(values, size));
        }
    }
}
