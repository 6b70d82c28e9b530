package io.pigeonhole.transforms.features;

import io.pigeonhole.transforms.PipelineException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.linalg.Vector;
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
 * Learns which elements of some vectors are ever non-zero. Its model concatenates the vectors and keeps only those
 * elements, so that the dimension for the trainer is the number of features in use.
 */
public final class SeenFeatureSelector extends Estimator<SeenFeatureSelectorModel> implements DefaultParamsWritable {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final StringArrayParam inputCols;
    private final Param<String> outputCol;

    public SeenFeatureSelector() {
        this(Identifiable.randomUID("seenFeatureSelector"));
    }

    public SeenFeatureSelector(String uid) {
        this.uid = uid;
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

    public SeenFeatureSelector setInputCols(List<String> values) {
        set(inputCols, values.toArray(String[]::new));
        return this;
    }

    public SeenFeatureSelector setOutputCol(String value) {
        set(outputCol, value);
        return this;
    }

    /**
     * {@inheritDoc}
     *
     * @throws PipelineException (data contract) if the vectors of a column differ in size, or nothing is ever non-zero
     */
    @Override
    public SeenFeatureSelectorModel fit(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        String[] columns = $(inputCols);
        Seen[] seen = dataset.select(SeenFeatureSelectorModel.asVectors(dataset.schema(), columns))
                .toJavaRDD()
                .mapPartitions(new SeenInPartition(columns.length))
                .fold(nothing(columns.length), SeenFeatureSelector::merge);
        int[] sizes = new int[columns.length];
        int[][] indices = new int[columns.length][];
        for (int i = 0; i < columns.length; i++) {
            if (seen[i].smallest < seen[i].largest) {
                throw PipelineException.dataContract("The vectors in column '" + columns[i] + "' differ in size: from "
                        + seen[i].smallest + " to " + seen[i].largest
                        + " elements. A model needs one size; state the size that is expected, so that extract"
                        + " rejects the other rows.");
            }
            sizes[i] = Math.max(0, seen[i].largest);
            indices[i] = seen[i].nonZero.stream().toArray();
        }
        if (Arrays.stream(indices).allMatch(kept -> kept.length == 0)) {
            throw PipelineException.dataContract("No feature is ever other than zero in the training rows, so there is"
                    + " nothing to learn from. Check the feature columns, the minimum document frequency, and whether"
                    + " train has rows at all.");
        }
        return copyValues(new SeenFeatureSelectorModel(uid, sizes, indices), ParamMap.empty())
                .setParent(this);
    }

    private static Seen[] nothing(int columns) {
        return Stream.generate(Seen::new).limit(columns).toArray(Seen[]::new);
    }

    private static Seen[] merge(Seen[] left, Seen[] right) {
        for (int i = 0; i < left.length; i++) {
            left[i].smallest = Math.min(left[i].smallest, right[i].smallest);
            left[i].largest = Math.max(left[i].largest, right[i].largest);
            left[i].nonZero.or(right[i].nonZero);
        }
        return left;
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return Features.append(schema, $(outputCol));
    }

    @Override
    public SeenFeatureSelector copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    public static MLReader<SeenFeatureSelector> read() {
        return new DefaultParamsReader<>();
    }

    /** The size and the non-zero elements of one column's vectors so far. */
    private static final class Seen implements Serializable {

        private static final long serialVersionUID = 1L;

        private int smallest = Integer.MAX_VALUE;
        private int largest = Integer.MIN_VALUE;
        private final BitSet nonZero = new BitSet();

        void add(Vector vector) {
            smallest = Math.min(smallest, vector.size());
            largest = Math.max(largest, vector.size());
            vector.foreachNonZero((scala.Function2<Object, Object, scala.runtime.BoxedUnit>) (index, value) -> {
                nonZero.set((Integer) index);
                return scala.runtime.BoxedUnit.UNIT;
            });
        }
    }

    private static final class SeenInPartition implements FlatMapFunction<Iterator<Row>, Seen[]> {

        private static final long serialVersionUID = 1L;

        private final int columns;

        SeenInPartition(int columns) {
            this.columns = columns;
        }

        @Override
        public Iterator<Seen[]> call(Iterator<Row> rows) {
            Seen[] seen = nothing(columns);
            while (rows.hasNext()) {
                Row row = rows.next();
                for (int column = 0; column < columns; column++) {
                    if (!row.isNullAt(column)) {
                        seen[column].add(row.getAs(column));
                    }
                }
            }
            return List.<Seen[]>of(seen).iterator();
        }
    }
}
