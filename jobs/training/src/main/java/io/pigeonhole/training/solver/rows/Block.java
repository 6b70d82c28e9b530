package io.pigeonhole.training.solver.rows;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * Up to {@link #ROWS} examples. Features that most of them have are kept as a dense matrix, the others compressed by feature:
 * in a product, a row of the coefficient matrix is loaded once for the whole block, or once for several rows.
 *
 * @param dense the features that most rows have
 * @param features the other features that occur in the block, ascending
 * @param starts where each of these features' entries begin in {@code rows} and {@code values}; one more than features
 * @param rows row within the block of each entry, ascending within a feature
 * @param values value of each entry
 * @param labels class of each row
 * @param weights weight of each row
 * @param folds fold of each row
 */
@SuppressWarnings("ArrayRecordComponent") // the arrays are the point: read in tight loops, never compared
public record Block(
        Dense dense,
        int[] features,
        int[] starts,
        short[] rows,
        float[] values,
        int[] labels,
        float[] weights,
        byte[] folds)
        implements Serializable {

    /**
     * Some features of all rows.
     *
     * @param features which, ascending
     * @param values row by row, one for each of {@code features}
     */
    @SuppressWarnings("ArrayRecordComponent") // as above
    public record Dense(int[] features, float[] values) implements Serializable {

        public int rows() {
            return features.length == 0 ? 0 : values.length / features.length;
        }
    }

    /** Receives an entry that is not zero. */
    @FunctionalInterface
    public interface Entry {
        void at(int row, int feature, float value);
    }

    /** Rows of a block: the residuals of 2,048 rows by 32 columns stay in a second-level cache. */
    public static final int ROWS = 2048;

    /** One in so many rows has to have a feature for it to be kept dense, where it takes no more memory. */
    private static final int DENSE_FROM = 2;

    public static Block of(List<TrainingRow> examples) {
        int entries = examples.stream().mapToInt(e -> e.indices().length).sum();
        long[] order = new long[entries];
        float[] byRow = new float[entries];
        int next = 0;
        for (int row = 0; row < examples.size(); row++) {
            TrainingRow example = examples.get(row);
            for (int i = 0; i < example.indices().length; i++) {
                byRow[next] = example.values()[i];
                order[next] = ((long) example.indices()[i] << 32) | next;
                next++;
            }
        }
        Arrays.sort(order);
        int[] rowOfEntry = new int[entries];
        next = 0;
        for (int row = 0; row < examples.size(); row++) {
            int length = examples.get(row).indices().length;
            Arrays.fill(rowOfEntry, next, next + length, row);
            next += length;
        }
        int[] features = new int[entries];
        int[] starts = new int[entries + 1];
        short[] rows = new short[entries];
        float[] values = new float[entries];
        int distinct = 0;
        for (int i = 0; i < entries; i++) {
            int feature = (int) (order[i] >>> 32);
            int entry = (int) order[i];
            if (distinct == 0 || features[distinct - 1] != feature) {
                features[distinct] = feature;
                starts[distinct] = i;
                distinct++;
            }
            rows[i] = (short) rowOfEntry[entry];
            values[i] = byRow[entry];
        }
        starts[distinct] = entries;
        int[] labels = examples.stream().mapToInt(TrainingRow::label).toArray();
        float[] weights = new float[labels.length];
        byte[] folds = new byte[labels.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = examples.get(i).weight();
            folds[i] = (byte) examples.get(i).fold();
        }
        Dense none = new Dense(new int[0], new float[0]);
        return new Block(
                        none,
                        Arrays.copyOf(features, distinct),
                        Arrays.copyOf(starts, distinct + 1),
                        rows,
                        values,
                        labels,
                        weights,
                        folds)
                .withDense();
    }

    /** The same rows, with the features that most of them have moved from the compressed part to the dense one. */
    private Block withDense() {
        boolean[] moves = new boolean[features.length];
        int moving = 0;
        int staying = 0;
        for (int f = 0; f < features.length; f++) {
            int entries = starts[f + 1] - starts[f];
            moves[f] = DENSE_FROM * entries >= size();
            moving += moves[f] ? 1 : 0;
            staying += moves[f] ? 0 : entries;
        }
        Dense moved = new Dense(new int[moving], new float[moving * size()]);
        int[] others = new int[features.length - moving];
        int[] otherStarts = new int[others.length + 1];
        short[] otherRows = new short[staying];
        float[] otherValues = new float[staying];
        int to = 0;
        int toDense = 0;
        for (int f = 0; f < features.length; f++) {
            int from = starts[f];
            int entries = starts[f + 1] - from;
            if (moves[f]) {
                for (int e = from; e < from + entries; e++) {
                    moved.values[rows[e] * moving + toDense] = values[e];
                }
                moved.features[toDense++] = features[f];
            } else {
                others[to] = features[f];
                System.arraycopy(rows, from, otherRows, otherStarts[to], entries);
                System.arraycopy(values, from, otherValues, otherStarts[to], entries);
                otherStarts[to + 1] = otherStarts[to] + entries;
                to++;
            }
        }
        return new Block(moved, others, otherStarts, otherRows, otherValues, labels, weights, folds);
    }

    /** The same rows with every feature multiplied by its factor. */
    public Block scaled(float[] factors) {
        float[] scaled = new float[values.length];
        for (int f = 0; f < features.length; f++) {
            for (int e = starts[f]; e < starts[f + 1]; e++) {
                scaled[e] = values[e] * factors[features[f]];
            }
        }
        float[] scaledDense = new float[dense.values.length];
        for (int i = 0; i < scaledDense.length; i++) {
            scaledDense[i] = dense.values[i] * factors[dense.features[i % dense.features.length]];
        }
        return new Block(
                new Dense(dense.features, scaledDense), features, starts, rows, scaled, labels, weights, folds);
    }

    /** Goes through what is not zero, by feature, ascending, and then by row. */
    public void forEach(Entry entry) {
        int next = 0;
        for (int f = 0; f <= features.length; f++) {
            for (;
                    next < dense.features.length && (f == features.length || dense.features[next] < features[f]);
                    next++) {
                for (int row = 0; row < size(); row++) {
                    float value = dense.values[row * dense.features.length + next];
                    if (value != 0f) {
                        entry.at(row, dense.features[next], value);
                    }
                }
            }
            for (int e = starts[f]; f < features.length && e < starts[f + 1]; e++) {
                entry.at(rows[e], features[f], values[e]);
            }
        }
    }

    /** Number of values that are not zero. */
    public int entries() {
        int[] entries = {0};
        forEach((row, feature, value) -> entries[0]++);
        return entries[0];
    }

    public int size() {
        return labels.length;
    }
}
