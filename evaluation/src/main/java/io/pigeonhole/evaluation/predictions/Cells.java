package io.pigeonhole.evaluation.predictions;

import java.util.Arrays;

/** Numbers for cells, each a class of a key, from 0 on, and the order of entries by cell. */
public final class Cells {

    private int[][] numbers = {};
    private int[] keys = {};
    private int[] labels = {};
    private int cells;

    /**
     * The number of a cell.
     *
     * @param label number of the class; negative for no class
     */
    public int number(int key, int label) {
        if (key >= numbers.length) {
            int before = numbers.length;
            numbers = Arrays.copyOf(numbers, key + 1);
            Arrays.fill(numbers, before, numbers.length, new int[0]);
        }
        int at = label + 1;
        if (at >= numbers[key].length) {
            numbers[key] = Arrays.copyOf(numbers[key], Math.max(at + 1, 2 * numbers[key].length));
        }
        return numbers[key][at] == 0 ? added(key, label, at) : numbers[key][at] - 1;
    }

    private int added(int key, int label, int at) {
        if (cells == keys.length) {
            keys = Arrays.copyOf(keys, Math.max(16, 2 * cells));
            labels = Arrays.copyOf(labels, keys.length);
        }
        keys[cells] = key;
        labels[cells] = label;
        numbers[key][at] = ++cells;
        return cells - 1;
    }

    public int key(int cell) {
        return keys[cell];
    }

    public int label(int cell) {
        return labels[cell];
    }

    public int count() {
        return cells;
    }

    /**
     * Where the entries of each group begin in the order by groups, and at the end where the last one ends.
     *
     * @param groupOf the group of each entry
     */
    public static int[] starts(int[] groupOf, int entries, int groups) {
        int[] starts = new int[groups + 1];
        for (int i = 0; i < entries; i++) {
            starts[groupOf[i] + 1]++;
        }
        for (int group = 0; group < groups; group++) {
            starts[group + 1] += starts[group];
        }
        return starts;
    }

    /** The entries in the order of their groups, those of a group as they came. */
    public static int[] order(int[] groupOf, int entries, int[] starts) {
        int[] next = starts.clone();
        int[] order = new int[entries];
        for (int i = 0; i < entries; i++) {
            order[next[groupOf[i]]++] = i;
        }
        return order;
    }
}
