package io.pigeonhole.transforms.features;

import io.pigeonhole.transforms.PipelineException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Learns the mean and the standard deviation of each element of a vector column; the bits do not depend on the order of
 * the rows, see {@link NumericVectorizer}.
 */
public final class VectorScaler extends Estimator<VectorScalerModel> implements DefaultParamsWritable {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final Param<String> inputCol;
    private final Param<String> outputCol;

    public VectorScaler() {
        this(Identifiable.randomUID("vectorScaler"));
    }

    public VectorScaler(String uid) {
        this.uid = uid;
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

    public VectorScaler setInputCol(String value) {
        set(inputCol, value);
        return this;
    }

    public VectorScaler setOutputCol(String value) {
        set(outputCol, value);
        return this;
    }

    /**
     * {@inheritDoc}
     *
     * @throws PipelineException (data contract) if the vectors differ in size
     */
    @Override
    public VectorScalerModel fit(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        String column = $(inputCol);
        Moments all = dataset.select(SeenFeatureSelectorModel.asVectors(dataset.schema(), new String[] {column}))
                .toJavaRDD()
                .mapPartitions(new MomentsOfPartition())
                .fold(new Moments(), Moments::merge);
        if (all.smallest < all.elements.size()) {
            throw PipelineException.dataContract("The vectors in column '" + column + "' differ in size: from "
                    + all.smallest + " to " + all.elements.size() + " elements. A model needs one size; state the size"
                    + " that is expected, so that extract rejects the other rows.");
        }
        List<NumericMoments> moments = all.elements;
        double[] means = moments.stream().mapToDouble(NumericMoments::mean).toArray();
        double[] factors = moments.stream()
                .mapToDouble(NumericMoments::standardDeviation)
                .map(deviation -> deviation == 0 ? 0 : 1 / deviation)
                .toArray();
        return copyValues(new VectorScalerModel(uid, means, factors), ParamMap.empty())
                .setParent(this);
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return Features.append(schema, $(outputCol));
    }

    @Override
    public VectorScaler copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    public static MLReader<VectorScaler> read() {
        return new DefaultParamsReader<>();
    }

    /** The moments of each element so far; of a vector of another size, those of its elements. */
    private static final class Moments implements Serializable {

        private static final long serialVersionUID = 1L;

        private final List<NumericMoments> elements = new ArrayList<>();
        private int smallest = Integer.MAX_VALUE;

        void add(double[] values) {
            grow(values.length, values.length);
            for (int i = 0; i < values.length; i++) {
                if (NumericVectorizerModel.isPresent(values[i])) {
                    elements.get(i).add(values[i]);
                }
            }
        }

        Moments merge(Moments other) {
            grow(other.elements.size(), other.smallest);
            for (int i = 0; i < other.elements.size(); i++) {
                elements.get(i).merge(other.elements.get(i));
            }
            return this;
        }

        private void grow(int size, int smallestOfThem) {
            smallest = Math.min(smallest, smallestOfThem);
            while (elements.size() < size) {
                elements.add(new NumericMoments());
            }
        }
    }

    private static final class MomentsOfPartition implements FlatMapFunction<Iterator<Row>, Moments> {

        private static final long serialVersionUID = 1L;

        @Override
        public Iterator<Moments> call(Iterator<Row> rows) {
            Moments moments = new Moments();
            while (rows.hasNext()) {
                Row row = rows.next();
                if (!row.isNullAt(0)) {
                    moments.add(row.<Vector>getAs(0).toArray());
                }
            }
            return List.of(moments).iterator();
        }
    }
}
