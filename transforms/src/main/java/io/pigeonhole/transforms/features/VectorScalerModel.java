package io.pigeonhole.transforms.features;

import static org.apache.spark.sql.functions.udf;

import io.pigeonhole.transforms.files.StageFiles;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a vector less their mean in train, divided by their standard deviation there. An element that is
 * constant in train, or that is no number, becomes 0, the mean; a missing vector stays missing. Made by {@link
 * VectorScaler}.
 */
public final class VectorScalerModel extends Model<VectorScalerModel> implements MLWritable {

    private static final long serialVersionUID = 1L;

    private static final StructType STATE = StructType.fromDDL("index INT, mean DOUBLE, factor DOUBLE");

    private final String uid;
    private final double[] means;
    private final double[] factors;
    private final Param<String> inputCol;
    private final Param<String> outputCol;

    VectorScalerModel(String uid, double[] means, double[] factors) {
        this.uid = uid;
        this.means = means;
        this.factors = factors;
        this.inputCol = new Param<>(this, "inputCol", "column of arrays of numbers, of vectors or of bytes");
        this.outputCol = new Param<>(this, "outputCol", "column of the scaled vectors");
    }

    @Override
    public String uid() {
        return uid;
    }

    public Param<String> inputCol() {
        return inputCol;
    }

    public Param<String> outputCol() {
        return outputCol;
    }

    double[] means() {
        return means.clone();
    }

    double[] factors() {
        return factors.clone();
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        Column vector = SeenFeatureSelectorModel.asVectors(dataset.schema(), new String[] {$(inputCol)})[0];
        return dataset.withColumn(
                $(outputCol),
                udf(new Scale(means, factors), SQLDataTypes.VectorType())
                        .apply(vector)
                        .as($(outputCol), new AttributeGroup($(outputCol), means.length).toMetadata()));
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return Features.append(schema, $(outputCol));
    }

    @Override
    public VectorScalerModel copy(ParamMap extra) {
        return copyValues(new VectorScalerModel(uid, means, factors), extra).setParent(parent());
    }

    @Override
    public MLWriter write() {
        List<Row> rows = IntStream.range(0, means.length)
                .mapToObj(i -> RowFactory.create(i, means[i], factors[i]))
                .toList();
        return StageFiles.writer(this, STATE, rows);
    }

    public static MLReader<VectorScalerModel> read() {
        return StageFiles.reader(
                VectorScalerModel.class,
                STATE,
                (uid, rows) -> new VectorScalerModel(
                        uid,
                        rows.stream().mapToDouble(row -> row.getDouble(1)).toArray(),
                        rows.stream().mapToDouble(row -> row.getDouble(2)).toArray()));
    }

    private static final class Scale implements UDF1<@Nullable Vector, @Nullable Vector> {

        private static final long serialVersionUID = 1L;

        private final double[] means;
        private final double[] factors;

        Scale(double[] means, double[] factors) {
            this.means = means;
            this.factors = factors;
        }

        @Override
        public @Nullable Vector call(@Nullable Vector vector) {
            if (vector == null) {
                return null;
            }
            if (vector.size() != means.length) {
                throw new IllegalArgumentException(
                        "the vector of a row has " + vector.size() + " elements; in train all had " + means.length);
            }
            double[] values = vector.toArray();
            double[] scaled = new double[values.length];
            for (int i = 0; i < values.length; i++) {
                scaled[i] = NumericVectorizerModel.isPresent(values[i]) ? (values[i] - means[i]) * factors[i] : 0;
            }
            return Vectors.dense(scaled);
        }
    }
}
