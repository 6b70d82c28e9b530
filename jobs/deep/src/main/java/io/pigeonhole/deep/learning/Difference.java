package io.pigeonhole.deep.learning;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * By how much parameters went down in a round: all of the graph's, and of the table the rows that were read.
 *
 * @param rows of the table
 * @param values encoded: the graph's, then those of the rows
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Difference(int[] rows, byte[] values, Compression compression) implements Serializable {

    /**
     * Encodes a difference. What is lost by that stays in the residual, and goes with a later one.
     *
     * @param residual as large as the parameters; empty where nothing is lost
     */
    static Difference of(
            float[] before,
            float[] after,
            float[] residual,
            int denseSize,
            int width,
            BitSet touched,
            Compression compression) {
        int[] rows = touched.stream().toArray();
        float[] values = new float[denseSize + rows.length * width];
        int[] places = places(denseSize, width, rows);
        for (int i = 0; i < values.length; i++) {
            values[i] = before[places[i]] - after[places[i]] + (residual.length > 0 ? residual[places[i]] : 0);
        }
        byte[] encoded = compression.encode(values);
        if (residual.length > 0) {
            float[] decoded = compression.decode(encoded);
            for (int i = 0; i < values.length; i++) {
                residual[places[i]] = values[i] - decoded[i];
            }
        }
        return new Difference(rows, encoded, compression);
    }

    /** Adds it, by a factor, to a sum over all parameters. */
    void addTo(float[] sum, int denseSize, int width, float factor) {
        float[] decoded = compression.decode(values);
        int[] places = places(denseSize, width, rows);
        for (int i = 0; i < decoded.length; i++) {
            sum[places[i]] += factor * decoded[i];
        }
    }

    /** The sum of differences, in their order; what is not there of one is zero. */
    static Difference sum(List<Difference> differences, int denseSize, int width) {
        BitSet touched = new BitSet();
        differences.forEach(difference -> Arrays.stream(difference.rows).forEach(touched::set));
        int[] rows = touched.stream().toArray();
        float[] sum = new float[denseSize + rows.length * width];
        for (Difference difference : differences) {
            int[] slots = Arrays.stream(difference.rows)
                    .map(row -> Arrays.binarySearch(rows, row))
                    .toArray();
            new Difference(slots, difference.values, difference.compression).addTo(sum, denseSize, width, 1);
        }
        return new Difference(rows, Compression.NONE.encode(sum), Compression.NONE);
    }

    /** What sending it takes. */
    long bytes() {
        return values.length + 4L * rows.length;
    }

    private static int[] places(int denseSize, int width, int[] rows) {
        int[] places = new int[denseSize + rows.length * width];
        Arrays.setAll(
                places,
                i -> i < denseSize ? i : denseSize + rows[(i - denseSize) / width] * width + (i - denseSize) % width);
        return places;
    }
}
