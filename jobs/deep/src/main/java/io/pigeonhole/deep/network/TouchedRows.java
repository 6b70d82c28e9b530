package io.pigeonhole.deep.network;

import java.util.Arrays;

/** A sum over some rows of a table: the others are zero, and take neither memory nor time. */
public final class TouchedRows {

    private static final int NONE = -1;

    private final int width;
    private final int[] slots;
    private int[] rows = new int[64];
    private float[] values;
    private int size;

    /**
     * @param tableRows rows of the table
     * @param width columns of the table
     */
    TouchedRows(int tableRows, int width) {
        this.width = width;
        this.slots = new int[tableRows];
        this.values = new float[64 * width];
        Arrays.fill(slots, NONE);
    }

    void clear() {
        for (int slot = 0; slot < size; slot++) {
            slots[rows[slot]] = NONE;
        }
        size = 0;
    }

    public int width() {
        return width;
    }

    /** How many rows were touched. */
    public int size() {
        return size;
    }

    /** The row of a slot. */
    public int row(int slot) {
        return rows[slot];
    }

    /** Where the values of a row's slot begin in {@link #values}; the row is touched by that. */
    int offset(int row) {
        int slot = slots[row];
        if (slot == NONE) {
            slot = size++;
            if (slot == rows.length) {
                rows = Arrays.copyOf(rows, 2 * slot);
                values = Arrays.copyOf(values, 2 * slot * width);
            }
            rows[slot] = row;
            slots[row] = slot;
            Arrays.fill(values, slot * width, (slot + 1) * width, 0);
        }
        return slot * width;
    }

    public float[] values() {
        return values;
    }

    /** Adds a factor times a stretch of an array to a row. */
    void add(int row, float factor, float[] source, int from) {
        int to = offset(row);
        float[] sums = values;
        for (int k = 0; k < width; k++) {
            sums[to + k] += factor * source[from + k];
        }
    }
}
