package io.pigeonhole.training.solver;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * Up to {@link #ROWS} examples, compressed by feature: in a product, a row of the coefficient matrix is loaded once for
 * the whole block.
 *
 * @param features features that occur in the block, ascending
 * @param starts where each feature's entries begin in {@code rows} and {@code values}; one more than features
 * @param rows row within the block of each entry, ascending within a feature
 * @param values value of each entry
 * @param labels class of each row
 * @param weights weight of each row
 * @param folds fold of each row
 */
@SuppressWarnings("ArrayRecordComponent") // the arrays are the point: read in tight loops, never compared
record Block(int[] features, int[] starts, short[] rows, float[] values, int[] labels, float[] weights, byte[] folds)
        implements Serializable {

    /** Rows of a block: the residuals of 2,048 rows by 32 columns stay in a second-level cache. */
    static final int ROWS = 2048;

    static Block of(List<Example> examples) {
        int entries = examples.stream().mapToInt(e -> e.indices().length).sum();
        long[] order = new long[entries];
        float[] byRow = new float[entries];
        int next = 0;
        for (int row = 0; row < examples.size(); row++) {
            Example example = examples.get(row);
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
        int[] labels = examples.stream().mapToInt(Example::label).toArray();
        float[] weights = new float[labels.length];
        byte[] folds = new byte[labels.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = examples.get(i).weight();
            folds[i] = (byte) examples.get(i).fold();
        }
        return new Block(
                Arrays.copyOf(features, distinct),
                Arrays.copyOf(starts, distinct + 1),
                rows,
                values,
                labels,
                weights,
                folds);
    }

    /** The same rows with every feature multiplied by its factor. */
    Block scaled(float[] factors) {
        float[] scaled = new float[values.length];
        for (int f = 0; f < features.length; f++) {
            for (int e = starts[f]; e < starts[f + 1]; e++) {
                scaled[e] = values[e] * factors[features[f]];
            }
        }
        return new Block(features, starts, rows, scaled, labels, weights, folds);
    }

    int size() {
        return labels.length;
    }
}
