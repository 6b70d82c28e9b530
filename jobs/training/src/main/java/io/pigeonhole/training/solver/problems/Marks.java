package io.pigeonhole.training.solver.problems;

import java.util.Arrays;

/** Some of the problems, as one mark for each. */
public final class Marks {

    private Marks() {}

    /** Number of marks that are set. */
    public static int count(boolean[] flags) {
        int count = 0;
        for (boolean flag : flags) {
            count += flag ? 1 : 0;
        }
        return count;
    }

    /** The values of the marked problems, moved together. */
    public static double[] kept(double[] values, boolean[] staying) {
        int count = 0;
        double[] kept = new double[values.length];
        for (int p = 0; p < values.length; p++) {
            if (staying[p]) {
                kept[count++] = values[p];
            }
        }
        return Arrays.copyOf(kept, count);
    }
}
