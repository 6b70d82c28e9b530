package io.pigeonhole.transforms.features;

import static io.pigeonhole.transforms.Columns.named;
import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.transforms.files.StageFiles;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Concatenates vectors and keeps the elements that were ever non-zero in train. A null vector counts as zeros. Made by
 * {@link SeenFeatureSelector}.
 */
public final class SeenFeatureSelectorModel extends Model<SeenFeatureSelectorModel> implements MLWritable {

    private static final long serialVersionUID = 1L;

    private static final StructType STATE = StructType.fromDDL("index INT, size INT, kept ARRAY<INT>");

    private final String uid;
    private final int[] sizes;
    private final int[][] kept;
    private final StringArrayParam inputCols;
    private final Param<String> outputCol;

    SeenFeatureSelectorModel(String uid, int[] sizes, int[][] kept) {
        this.uid = uid;
        this.sizes = sizes;
        this.kept = kept;
        this.inputCols =
                new StringArrayParam(this, "inputCols", "columns of vectors, of arrays of numbers or of bytes");
        this.outputCol = new Param<>(this, "outputCol", "column of the one vector");
    }

    @Override
    public String uid() {
        return uid;
    }

    public StringArrayParam inputCols() {
        return inputCols;
    }

    public Param<String> outputCol() {
        return outputCol;
    }

    /** Number of features kept. */
    public int size() {
        return Arrays.stream(kept).mapToInt(indices -> indices.length).sum();
    }

    /** Indices of the elements kept from each input, ascending. */
    int[][] kept() {
        return Arrays.stream(kept).map(int[]::clone).toArray(int[][]::new);
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        return dataset.withColumn(
                $(outputCol),
                udf(new Select(places(), size()), SQLDataTypes.VectorType())
                        .apply(struct(asVectors(dataset.schema(), $(inputCols))))
                        .as($(outputCol), new AttributeGroup($(outputCol), size()).toMetadata()));
    }

    /** The output index of each element of each input; negative for elements left out. */
    private int[][] places() {
        int[][] places = new int[kept.length][];
        int next = 0;
        for (int i = 0; i < kept.length; i++) {
            places[i] = new int[sizes[i]];
            Arrays.fill(places[i], -1);
            for (int index : kept[i]) {
                places[i][index] = next++;
            }
        }
        return places;
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return Features.append(schema, $(outputCol));
    }

    @Override
    public SeenFeatureSelectorModel copy(ParamMap extra) {
        return copyValues(new SeenFeatureSelectorModel(uid, sizes, kept), extra).setParent(parent());
    }

    @Override
    public MLWriter write() {
        List<Row> rows = IntStream.range(0, sizes.length)
                .mapToObj(i -> RowFactory.create(
                        i, sizes[i], Arrays.stream(kept[i]).boxed().toArray()))
                .toList();
        return StageFiles.writer(this, STATE, rows);
    }

    public static MLReader<SeenFeatureSelectorModel> read() {
        return StageFiles.reader(
                SeenFeatureSelectorModel.class,
                STATE,
                (uid, rows) -> new SeenFeatureSelectorModel(
                        uid,
                        rows.stream().mapToInt(row -> row.getInt(1)).toArray(),
                        rows.stream()
                                .map(row -> row.<Integer>getList(2).stream()
                                        .mapToInt(Integer::intValue)
                                        .toArray())
                                .toArray(int[][]::new)));
    }

    static Column[] asVectors(StructType schema, String[] columns) {
        return Arrays.stream(columns)
                .map(name -> asVector(schema.apply(name).dataType(), named(name)))
                .toArray(Column[]::new);
    }

    private static Column asVector(DataType type, Column column) {
        if (type.equals(DataTypes.BinaryType)) {
            return udf(new Bytes(), SQLDataTypes.VectorType()).apply(column);
        }
        return type instanceof ArrayType
                ? when(column.isNotNull(), array_to_vector(column.cast("array<double>")))
                : column;
    }

    /** Bytes from 0 to 255, divided by 255. */
    private static final class Bytes implements UDF1<byte[], @Nullable Vector> {

        private static final long serialVersionUID = 1L;

        @Override
        public @Nullable Vector call(byte @Nullable [] bytes) {
            if (bytes == null) {
                return null;
            }
            double[] values = new double[bytes.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (bytes[i] & 0xff) / 255.0;
            }
            return Vectors.dense(values);
        }
    }

    private static final class Select implements UDF1<Row, Vector> {

        private static final long serialVersionUID = 1L;

        private final int[][] places;
        private final int size;

        Select(int[][] places, int size) {
            this.places = places;
            this.size = size;
        }

        @Override
        public Vector call(Row row) {
            int[] indices = new int[64];
            double[] values = new double[64];
            int used = 0;
            for (int column = 0; column < places.length; column++) {
                if (row.isNullAt(column)) {
                    continue;
                }
                SparseVector vector = row.<Vector>getAs(column).toSparse();
                if (vector.size() != places[column].length) {
                    throw new IllegalArgumentException("vector " + (column + 1) + " of a row has " + vector.size()
                            + " elements; in train all had " + places[column].length);
                }
                int active = vector.indices().length;
                if (used + active > indices.length) {
                    indices = Arrays.copyOf(indices, Math.max(used + active, used * 2));
                    values = Arrays.copyOf(values, indices.length);
                }
                for (int i = 0; i < active; i++) {
                    int place = places[column][vector.indices()[i]];
                    if (place >= 0) {
                        indices[used] = place;
                        values[used++] = vector.values()[i];
                    }
                }
            }
            // output indices ascend within a column and from column to column, so they are sorted
            return Vectors.sparse(size, Arrays.copyOf(indices, used), Arrays.copyOf(values, used))
                    .compressed();
        }
    }
}
