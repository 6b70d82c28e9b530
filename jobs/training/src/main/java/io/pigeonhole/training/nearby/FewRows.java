package io.pigeonhole.training.nearby;

import io.pigeonhole.training.solver.rows.TrainingRow;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;

/**
 * Training rows in this process, as arrays, in an order that depends on their content alone: by class, then by a hash. All
 * values are divided by one number, so that the mean squared length of a row is one.
 *
 * @param dimension number of features
 * @param classStarts where the rows of each class begin; one more than classes
 * @param starts where the features of each row begin in the arrays after it; one more than rows
 * @param features features of each row, ascending
 * @param values their values, divided by the scale
 * @param weights weight of each row
 * @param folds fold of each row
 * @param scale what all values were divided by
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FewRows(
        int dimension,
        int[] classStarts,
        int[] starts,
        int[] features,
        float[] values,
        float[] weights,
        byte[] folds,
        double scale) {

    /** Gathers rows, one partition after the other. */
    public static FewRows of(JavaRDD<TrainingRow> examples, int dimension, int classes) {
        List<Packed> parts = new ArrayList<>();
        examples.mapPartitions(rows -> List.of(Packed.of(rows)).iterator())
                .toLocalIterator()
                .forEachRemaining(parts::add);
        return of(parts, dimension, classes);
    }

    private static FewRows of(List<Packed> parts, int dimension, int classes) {
        long entries = parts.stream().mapToLong(part -> part.features().length).sum();
        int rows = parts.stream().mapToInt(part -> part.labels().length).sum();
        int[] classStarts = classStarts(parts, classes);
        long[] order = inOrder(parts, classStarts, rows);
        FewRows gathered = new FewRows(
                dimension,
                classStarts,
                new int[rows + 1],
                new int[Math.toIntExact(entries)],
                new float[Math.toIntExact(entries)],
                new float[rows],
                new byte[rows],
                1);
        for (int row = 0; row < rows; row++) {
            gathered.take(row, parts.get((int) (order[row] >>> 32)), (int) order[row]);
        }
        return gathered.scaled();
    }

    private static int[] classStarts(List<Packed> parts, int classes) {
        int[] starts = new int[classes + 1];
        for (Packed part : parts) {
            for (int label : part.labels()) {
                starts[label + 1]++;
            }
        }
        for (int label = 0; label < classes; label++) {
            starts[label + 1] += starts[label];
        }
        return starts;
    }

    /** Part and place of each row, by class, hash and fold. */
    private static long[] inOrder(List<Packed> parts, int[] classStarts, int rows) {
        long[] order = new long[rows];
        int[] next = classStarts.clone();
        for (int p = 0; p < parts.size(); p++) {
            int[] labels = parts.get(p).labels();
            for (int i = 0; i < labels.length; i++) {
                order[next[labels[i]]++] = (long) p << 32 | i;
            }
        }
        Comparator<Long> byHash =
                Comparator.comparingLong(at -> parts.get((int) (at >>> 32)).hashes()[at.intValue()]);
        Comparator<Long> byContent =
                byHash.thenComparingInt(at -> parts.get((int) (at >>> 32)).folds()[at.intValue()]);
        IntStream.range(0, classStarts.length - 1).parallel().forEach(label -> {
            long[] sorted = Arrays.stream(order, classStarts[label], classStarts[label + 1])
                    .boxed()
                    .sorted(byContent)
                    .mapToLong(at -> at)
                    .toArray();
            System.arraycopy(sorted, 0, order, classStarts[label], sorted.length);
        });
        return order;
    }

    private void take(int row, Packed part, int from) {
        int length = part.starts()[from + 1] - part.starts()[from];
        starts[row + 1] = starts[row] + length;
        System.arraycopy(part.features(), part.starts()[from], features, starts[row], length);
        System.arraycopy(part.values(), part.starts()[from], values, starts[row], length);
        weights[row] = part.weights()[from];
        folds[row] = (byte) part.folds()[from];
    }

    private FewRows scaled() {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        double length = squares > 0 ? Math.sqrt(squares / rows()) : 1;
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] / length);
        }
        return new FewRows(dimension, classStarts, starts, features, values, weights, folds, length);
    }

    /** Number of rows. */
    public int rows() {
        return weights.length;
    }

    /** Number of classes. */
    public int classes() {
        return classStarts.length - 1;
    }

    double squaredLength(int row) {
        double squares = 0;
        for (int i = starts[row]; i < starts[row + 1]; i++) {
            squares += (double) values[i] * values[i];
        }
        return squares;
    }

    /** The rows of one partition. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Packed(
            int[] labels, int[] starts, int[] features, float[] values, float[] weights, int[] folds, long[] hashes)
            implements Serializable {

        static Packed of(Iterator<TrainingRow> source) {
            List<TrainingRow> rows = new ArrayList<>();
            source.forEachRemaining(rows::add);
            int[] starts = new int[rows.size() + 1];
            for (int i = 0; i < rows.size(); i++) {
                starts[i + 1] = starts[i] + rows.get(i).indices().length;
            }
            int[] features = new int[starts[rows.size()]];
            float[] values = new float[features.length];
            float[] weights = new float[rows.size()];
            for (int i = 0; i < weights.length; i++) {
                TrainingRow row = rows.get(i);
                System.arraycopy(row.indices(), 0, features, starts[i], row.indices().length);
                System.arraycopy(row.values(), 0, values, starts[i], row.values().length);
                weights[i] = row.weight();
            }
            return new Packed(
                    rows.stream().mapToInt(TrainingRow::label).toArray(),
                    starts,
                    features,
                    values,
                    weights,
                    rows.stream().mapToInt(TrainingRow::fold).toArray(),
                    rows.stream().mapToLong(TrainingRow::contentHash).toArray());
        }
    }
}
