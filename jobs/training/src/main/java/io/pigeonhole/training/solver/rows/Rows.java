package io.pigeonhole.training.solver.rows;

import java.util.Arrays;
import java.util.List;

/**
 * Rows of many blocks, compressed by row, in the order of the blocks.
 *
 * @param starts where each row's entries begin in {@code features} and {@code values}; one more than rows
 * @param features feature of each entry, ascending within a row
 * @param values value of each entry
 * @param squares squared length of each row
 * @param labels class of each row
 * @param weights weight of each row
 * @param folds fold of each row
 */
@SuppressWarnings("ArrayRecordComponent") // the arrays are the point: read in tight loops, never compared
public record Rows(
        int[] starts, int[] features, float[] values, float[] squares, int[] labels, float[] weights, byte[] folds) {

    public static Rows of(List<Block> blocks) {
        int size = blocks.stream().mapToInt(Block::size).sum();
        int entries = blocks.stream().mapToInt(Block::entries).sum();
        Rows rows = new Rows(
                new int[size + 1],
                new int[entries],
                new float[entries],
                new float[size],
                new int[size],
                new float[size],
                new byte[size]);
        int first = 0;
        for (Block block : blocks) {
            rows.take(block, first);
            first += block.size();
        }
        return rows;
    }

    private void take(Block block, int first) {
        int size = block.size();
        System.arraycopy(block.labels(), 0, labels, first, size);
        System.arraycopy(block.weights(), 0, weights, first, size);
        System.arraycopy(block.folds(), 0, folds, first, size);
        int[] next = new int[size];
        block.forEach((row, feature, value) -> next[row]++);
        for (int row = 0; row < size; row++) {
            int begin = starts[first + row];
            starts[first + row + 1] = begin + next[row];
            next[row] = begin;
        }
        block.forEach((row, feature, value) -> {
            int entry = next[row]++;
            features[entry] = feature;
            values[entry] = value;
        });
        double[] sums = new double[size];
        Arrays.setAll(sums, row -> {
            double sum = 0;
            for (int e = starts[first + row]; e < starts[first + row + 1]; e++) {
                sum += (double) values[e] * values[e];
            }
            return sum;
        });
        for (int row = 0; row < size; row++) {
            squares[first + row] = (float) sums[row];
        }
    }

    public int size() {
        return labels.length;
    }
}
