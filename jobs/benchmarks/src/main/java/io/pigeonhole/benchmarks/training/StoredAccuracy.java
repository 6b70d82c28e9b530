package io.pigeonhole.benchmarks.training;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Accuracy of a saved model of one group of columns, in which a model that the driver cannot hold is never in one place:
 * each task adds the margins that its files' features give to a few rows.
 */
final class StoredAccuracy {

    /** The files are read by as many tasks; each sends a matrix of rows by classes. */
    private static final int TASKS = 2;

    private StoredAccuracy() {}

    /**
     * The rows, transposed.
     *
     * @param starts where each feature's entries begin in {@code rows} and {@code values}; the last one is the intercept's
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Transposed(int[] starts, int[] rows, float[] values, int size) implements Serializable {

        static Transposed of(List<SparseVector> vectors, int features) {
            int[] starts = new int[features + 2];
            vectors.forEach(vector -> IntStream.of(vector.indices()).forEach(feature -> starts[feature + 1]++));
            starts[features + 1] = vectors.size();
            for (int feature = 0; feature <= features; feature++) {
                starts[feature + 1] += starts[feature];
            }
            int[] next = starts.clone();
            int[] rows = new int[starts[features + 1]];
            float[] values = new float[rows.length];
            for (int row = 0; row < vectors.size(); row++) {
                SparseVector vector = vectors.get(row);
                for (int i = 0; i < vector.indices().length; i++) {
                    int entry = next[vector.indices()[i]]++;
                    rows[entry] = row;
                    values[entry] = (float) vector.values()[i];
                }
                int intercept = next[features]++;
                rows[intercept] = row;
                values[intercept] = 1f;
            }
            return new Transposed(starts, rows, values, vectors.size());
        }

        /** Adds what a feature's coefficients give. */
        void add(int feature, int[] columns, float[] coefficients, float[] margins, int classes) {
            for (int entry = starts[feature]; entry < starts[feature + 1]; entry++) {
                for (int i = 0; i < coefficients.length; i++) {
                    int column = columns.length == 0 ? i : columns[i];
                    margins[rows[entry] * classes + column] += values[entry] * coefficients[i];
                }
            }
        }
    }

    /**
     * Share of rows whose class has the largest margin.
     *
     * @param model folder of the model
     * @param test few rows, with label and features
     * @param labels the classes in the order of the columns
     */
    static double of(SparkSession spark, String model, Dataset<Row> test, List<String> labels, int features) {
        List<Row> rows = test.select("label", "features").collectAsList();
        Transposed transposed = Transposed.of(
                rows.stream().map(row -> row.<SparseVector>getAs(1)).toList(), features);
        Broadcast<Transposed> shared =
                JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(transposed);
        int classes = labels.size();
        float[] margins = spark.read()
                .parquet(model + "/coefficients")
                .select("feature", "columns", "coefficients")
                .coalesce(TASKS)
                .queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(
                        part -> List.of(margins(part, shared.value(), classes)).iterator())
                .reduce(StoredAccuracy::sum);
        int right = 0;
        for (int row = 0; row < rows.size(); row++) {
            right += labels.get(largest(margins, row * classes, classes))
                            .equals(rows.get(row).getString(0))
                    ? 1
                    : 0;
        }
        return (double) right / rows.size();
    }

    private static float[] margins(Iterator<InternalRow> coefficients, Transposed rows, int classes) {
        float[] margins = new float[rows.size() * classes];
        while (coefficients.hasNext()) {
            InternalRow row = coefficients.next();
            int[] columns = row.isNullAt(1) ? new int[0] : row.getArray(1).toIntArray();
            rows.add(row.getInt(0), columns, row.getArray(2).toFloatArray(), margins, classes);
        }
        return margins;
    }

    private static float[] sum(float[] left, float[] right) {
        for (int i = 0; i < left.length; i++) {
            left[i] += right[i];
        }
        return left;
    }

    private static int largest(float[] values, int from, int length) {
        int largest = 0;
        for (int i = 1; i < length; i++) {
            largest = values[from + i] > values[from + largest] ? i : largest;
        }
        return largest;
    }
}
