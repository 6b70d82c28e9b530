package io.pigeonhole.training;

import io.pigeonhole.training.solver.matrices.CoefficientRows;
import java.io.Serializable;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Coefficients that stay on the executors because the driver has no memory for them. They can be counted, pruned and written;
 * to predict, they must be read back where they fit.
 *
 * @param runs all rows of the matrix, a run of them in each partition, ascending
 * @param named the feature of each row of the matrix, ascending, that of the intercepts last
 * @param width number of columns
 * @param isSparse whether the coefficients that are not zero are kept, or whole rows
 * @param stored coefficients that are kept
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DistantGroup(JavaRDD<Run> runs, int[] named, int width, boolean isSparse, long stored) implements ColumnGroup {

    /** Some rows of the matrix, all columns. */
    @SuppressWarnings("ArrayRecordComponent") // large buffers, never compared
    private record Run(int from, float[] values) {

        int[] features(int[] named, int width) {
            return Arrays.copyOfRange(named, from, from + values.length / width);
        }

        /** The run as a group of its own, whose last row stands for the intercepts only if the run has them. */
        ColumnGroup group(int[] named, int width, boolean isSparse) {
            int intercepts = named[named.length - 1];
            return ColumnGroup.of(features(named, width), intercepts, values, width, isSparse);
        }

        Count count(int[] named, int width) {
            long nonZeros = 0;
            for (float value : values) {
                nonZeros += value != 0f ? 1 : 0;
            }
            return new Count(group(named, width, false).features().length, nonZeros);
        }

        Run prunedBelow(double least, int intercepts) {
            float[] pruned = values.clone();
            for (int i = 0; i < pruned.length; i++) {
                pruned[i] = i < intercepts && Math.abs(pruned[i]) < least ? 0f : pruned[i];
            }
            return new Run(from, pruned);
        }
    }

    /** Rows that are kept, and coefficients other than zero. */
    private record Count(long rows, long nonZeros) implements Serializable {

        Count plus(Count other) {
            return new Count(rows + other.rows, nonZeros + other.nonZeros);
        }
    }

    /**
     * Collects all columns of each run of rows in one partition. Afterwards the parts they came from are no longer needed.
     *
     * @param lying the parts of a matrix, each entry in one of them; two parts have either all rows in common or none
     * @param named the feature of each row, ascending, that of the intercepts last
     */
    static DistantGroup of(JavaRDD<CoefficientRows> lying, int[] named, int width) {
        int[] starts = lying.map(CoefficientRows::from).distinct().collect().stream()
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
        // runs are computed from the files of this shuffle whenever they are needed
        JavaRDD<Run> runs = lying.mapToPair(part -> new Tuple2<>(Arrays.binarySearch(starts, part.from()), part))
                .partitionBy(new HashPartitioner(starts.length))
                .values()
                .mapPartitions(parts -> together(parts, width));
        return counted(runs, named, width);
    }

    private static Iterator<Run> together(Iterator<CoefficientRows> parts, int width) {
        List<CoefficientRows> all = new ArrayList<>();
        parts.forEachRemaining(all::add);
        int from = all.get(0).from();
        float[] values = new float[all.get(0).rows() * width];
        all.forEach(part -> part.copyTo(values, width, from));
        return List.of(new Run(from, values)).iterator();
    }

    private static DistantGroup counted(JavaRDD<Run> runs, int[] named, int width) {
        Count count = runs.map(run -> run.count(named, width)).reduce(Count::plus);
        boolean isSparse = ColumnGroup.isSparse(count.rows(), count.nonZeros(), width);
        return new DistantGroup(runs, named, width, isSparse, isSparse ? count.nonZeros() : count.rows() * width);
    }

    /** The runs as groups in this one's form, in their order. */
    JavaRDD<ColumnGroup> parts() {
        int[] features = named;
        int columns = width;
        boolean sparse = isSparse;
        return runs.map(run -> run.group(features, columns, sparse));
    }

    @Override
    public ColumnGroup prunedBelow(double least) {
        int columns = width;
        int intercepts = named.length - 1;
        return counted(runs.map(run -> run.prunedBelow(least, (intercepts - run.from()) * columns)), named, columns);
    }

    private static IllegalStateException notHere() {
        return new IllegalStateException("coefficients on the executors cannot be read one by one");
    }

    @Override
    public int[] features() {
        throw notHere();
    }

    @Override
    public void addRow(int row, double value, double[] margins, int offset) {
        throw notHere();
    }

    @Override
    public float coefficient(int row, int column) {
        throw notHere();
    }

    /** The same digest as of coefficients in one piece; reads one part after the other, several times. */
    @Override
    public void update(MessageDigest digest) {
        Consumer<Consumer<ColumnGroup>> each =
                reader -> parts().toLocalIterator().forEachRemaining(reader);
        each.accept(part -> ColumnGroup.update(digest, part.features()));
        if (isSparse) {
            int[] offset = {0};
            ColumnGroup.update(digest, offset);
            each.accept(part -> {
                int[] starts = ((Sparse) part).starts();
                int before = offset[0];
                ColumnGroup.update(digest, starts.length - 1, row -> before + starts[row + 1]);
                offset[0] += starts[starts.length - 1];
            });
            each.accept(part -> ColumnGroup.update(digest, ((Sparse) part).columns()));
        }
        each.accept(part -> {
            float[] values = part instanceof Sparse sparse ? sparse.values() : ((Full) part).values();
            ColumnGroup.update(digest, values.length, i -> Float.floatToIntBits(values[i]));
        });
    }
}
