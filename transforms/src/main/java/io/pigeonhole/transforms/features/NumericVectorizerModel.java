package io.pigeonhole.transforms.features;

import static io.pigeonhole.transforms.Columns.named;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;

import io.pigeonhole.transforms.files.StageFiles;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.BooleanParam;
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
import org.apache.spark.sql.types.StructType;

/**
 * Numeric columns as one vector: the standardised values in the order of the columns, followed by the indicators of
 * missing values if these are imputed. Made by {@link NumericVectorizer}.
 */
public final class NumericVectorizerModel extends Model<NumericVectorizerModel> implements MLWritable {

    private static final long serialVersionUID = 1L;

    private static final StructType STATE = StructType.fromDDL("index INT, mean DOUBLE, factor DOUBLE");

    /** The square of a larger number would exceed the range of double. */
    private static final double LARGEST = 1e150;

    private final String uid;
    private final double[] means;
    private final double[] factors;
    private final StringArrayParam inputCols;
    private final Param<String> outputCol;
    private final BooleanParam impute;
    private final BooleanParam scale;

    NumericVectorizerModel(String uid, double[] means, double[] factors) {
        this.uid = uid;
        this.means = means;
        this.factors = factors;
        this.inputCols = new StringArrayParam(this, "inputCols", "columns of numbers or booleans");
        this.outputCol = new Param<>(this, "outputCol", "column of the vectors");
        this.impute = new BooleanParam(this, "impute", "whether missing values become the mean, with an indicator");
        this.scale =
                new BooleanParam(this, "scale", "whether values are centred and divided by their standard deviation");
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

    public BooleanParam impute() {
        return impute;
    }

    public BooleanParam scale() {
        return scale;
    }

    /** Mean of each column's present values in train. */
    public double[] means() {
        return means.clone();
    }

    /** The factor for each column's values. */
    public double[] factors() {
        return factors.clone();
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        boolean imputing = (Boolean) $(impute);
        int size = means.length * (imputing ? 2 : 1);
        return dataset.withColumn(
                $(outputCol),
                udf(new Vectorize(means, factors, imputing, (Boolean) $(scale)), SQLDataTypes.VectorType())
                        .apply(struct(asDoubles($(inputCols))))
                        .as($(outputCol), new AttributeGroup($(outputCol), size).toMetadata()));
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return Features.append(schema, $(outputCol));
    }

    @Override
    public NumericVectorizerModel copy(ParamMap extra) {
        return copyValues(new NumericVectorizerModel(uid, means, factors), extra)
                .setParent(parent());
    }

    @Override
    public MLWriter write() {
        List<Row> rows = IntStream.range(0, means.length)
                .mapToObj(i -> RowFactory.create(i, means[i], factors[i]))
                .toList();
        return StageFiles.writer(this, STATE, rows);
    }

    public static MLReader<NumericVectorizerModel> read() {
        return StageFiles.reader(
                NumericVectorizerModel.class,
                STATE,
                (uid, rows) -> new NumericVectorizerModel(
                        uid,
                        rows.stream().mapToDouble(row -> row.getDouble(1)).toArray(),
                        rows.stream().mapToDouble(row -> row.getDouble(2)).toArray()));
    }

    static Column[] asDoubles(String[] columns) {
        return Arrays.stream(columns)
                .map(column -> named(column).cast("double"))
                .toArray(Column[]::new);
    }

    static boolean isPresent(Row row, int column) {
        return !row.isNullAt(column) && isPresent(row.getDouble(column));
    }

    /** Whether a number is neither NaN nor so large that it counts as missing. */
    static boolean isPresent(double value) {
        return Math.abs(value) <= LARGEST;
    }

    private static final class Vectorize implements UDF1<Row, Vector> {

        private static final long serialVersionUID = 1L;

        private final double[] means;
        private final double[] factors;
        private final boolean impute;
        private final boolean centred;

        Vectorize(double[] means, double[] factors, boolean impute, boolean centred) {
            this.means = means;
            this.factors = factors;
            this.impute = impute;
            this.centred = centred;
        }

        @Override
        public Vector call(Row row) {
            double[] values = new double[means.length * (impute ? 2 : 1)];
            for (int column = 0; column < means.length; column++) {
                double centre = centred ? means[column] : 0;
                if (isPresent(row, column)) {
                    values[column] = (row.getDouble(column) - centre) * factors[column];
                } else if (impute) {
                    values[column] = (means[column] - centre) * factors[column];
                    values[means.length + column] = 1;
                }
            }
            return Vectors.dense(values);
        }
    }
}
