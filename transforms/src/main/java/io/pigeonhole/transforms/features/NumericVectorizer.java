package io.pigeonhole.transforms.features;

import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Learns the mean and the scale of numeric columns. Replaces Spark's {@code Imputer} and {@code StandardScaler}, which
 * add doubles in the order in which partitions arrive, so that their last bits vary.
 */
public final class NumericVectorizer extends Estimator<NumericVectorizerModel> implements DefaultParamsWritable {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final StringArrayParam inputCols;
    private final Param<String> outputCol;
    private final BooleanParam impute;
    private final BooleanParam scale;

    public NumericVectorizer() {
        this(Identifiable.randomUID("numericVectorizer"));
    }

    public NumericVectorizer(String uid) {
        this.uid = uid;
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

    public NumericVectorizer setSpec(FeatureSpec.Numeric spec) {
        set(inputCols, spec.columns().toArray(String[]::new));
        set(impute, (Object) spec.impute());
        set(scale, (Object) spec.scale());
        return this;
    }

    public NumericVectorizer setOutputCol(String value) {
        set(outputCol, value);
        return this;
    }

    @Override
    public NumericVectorizerModel fit(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        String[] columns = $(inputCols);
        List<NumericMoments> moments = dataset.select(NumericVectorizerModel.asDoubles(columns))
                .toJavaRDD()
                .mapPartitions(new MomentsOfPartition(columns.length))
                .fold(nothing(columns.length), NumericVectorizer::merge);
        boolean scaled = (Boolean) $(scale);
        double[] means = moments.stream().mapToDouble(NumericMoments::mean).toArray();
        double[] factors = moments.stream()
                .mapToDouble(NumericMoments::standardDeviation)
                .map(deviation -> !scaled ? 1 : deviation == 0 ? 0 : 1 / deviation)
                .toArray();
        return copyValues(new NumericVectorizerModel(uid, means, factors), ParamMap.empty())
                .setParent(this);
    }

    private static List<NumericMoments> nothing(int columns) {
        return Stream.generate(NumericMoments::new).limit(columns).toList();
    }

    private static List<NumericMoments> merge(List<NumericMoments> left, List<NumericMoments> right) {
        return IntStream.range(0, left.size())
                .mapToObj(i -> left.get(i).merge(right.get(i)))
                .toList();
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return Features.append(schema, $(outputCol));
    }

    @Override
    public NumericVectorizer copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    public static MLReader<NumericVectorizer> read() {
        return new DefaultParamsReader<>();
    }

    private static final class MomentsOfPartition implements FlatMapFunction<Iterator<Row>, List<NumericMoments>> {

        private static final long serialVersionUID = 1L;

        private final int columns;

        MomentsOfPartition(int columns) {
            this.columns = columns;
        }

        @Override
        public Iterator<List<NumericMoments>> call(Iterator<Row> rows) {
            List<NumericMoments> moments = nothing(columns);
            while (rows.hasNext()) {
                Row row = rows.next();
                for (int column = 0; column < columns; column++) {
                    if (NumericVectorizerModel.isPresent(row, column)) {
                        moments.get(column).add(row.getDouble(column));
                    }
                }
            }
            return List.of(moments).iterator();
        }
    }
}
