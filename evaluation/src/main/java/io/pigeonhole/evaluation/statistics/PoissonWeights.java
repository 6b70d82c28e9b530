package io.pigeonhole.evaluation.statistics;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Bootstrap weights that depend only on the seed, the row and the replicate, and not on partitioning or order: an
 * independent Poisson(1) count for each, instead of drawing n rows out of n (J. A. Hanley and B. MacGibbon, "Creating
 * non-parametric bootstrap samples using Poisson frequencies", Computer Methods and Programs in Biomedicine 83, 2006;
 * N. Chamandy et al., "Estimating uncertainty for massive data streams", Google, 2012).
 *
 * <p>Two rounds of multiplying and shifting (a 32-bit integer hash of the replicate, keyed before each round by half of
 * a 64-bit hash of seed and row) give 31 bits, and the count is the number of steps of the cumulative distribution at
 * or below them; 8 stands for 8 or more, one draw in 98,000. There are no branches and no tables, so that the compiler
 * can use vector instructions.
 */
public final class PoissonWeights implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The greatest weight. */
    public static final int MOST = 8;

    private static final int GOLDEN = 0x9E3779B9;
    /** Step k lies between this and the next number: 31-bit numbers beyond it count at least k + 1. */
    private static final int[] STEPS = steps();

    private final long seed;
    /** One number for each replicate; the numbers lie far apart. */
    private int[] counters = {};

    public PoissonWeights(long seed) {
        this.seed = mix(seed + 0x9E3779B97F4A7C15L);
    }

    /** Fills in the weights of one row: 1 at index 0, for the data themselves, followed by the replicates. */
    public void fill(long row, int[] weights) {
        if (counters.length != weights.length) {
            counters = new int[weights.length];
            Arrays.setAll(counters, i -> i * GOLDEN);
        }
        long key = mix(row ^ seed);
        fill((int) key, (int) (key >>> Integer.SIZE), counters, weights);
        weights[0] = 1;
    }

    private static void fill(int first, int second, int[] counters, int[] weights) {
        int step0 = STEPS[0];
        int step1 = STEPS[1];
        int step2 = STEPS[2];
        int step3 = STEPS[3];
        int step4 = STEPS[4];
        int step5 = STEPS[5];
        int step6 = STEPS[6];
        int step7 = STEPS[7];
        for (int i = 0; i < weights.length; i++) {
            int bits = counters[i] ^ first;
            bits ^= bits >>> 16;
            bits *= 0x21F0AAAD;
            bits += second;
            bits ^= bits >>> 15;
            bits *= 0x735A2D97;
            bits ^= bits >>> 15;
            int uniform = bits >>> 1;
            // the sign of a difference of 31-bit numbers: 1 where the step is below
            weights[i] = ((step0 - uniform) >>> 31)
                    + ((step1 - uniform) >>> 31)
                    + ((step2 - uniform) >>> 31)
                    + ((step3 - uniform) >>> 31)
                    + ((step4 - uniform) >>> 31)
                    + ((step5 - uniform) >>> 31)
                    + ((step6 - uniform) >>> 31)
                    + ((step7 - uniform) >>> 31);
        }
    }

    private static int[] steps() {
        int[] steps = new int[MOST];
        double term = Math.exp(-1);
        double sum = 0;
        for (int k = 0; k < steps.length; k++) {
            sum += term;
            steps[k] = (int) Math.round(sum * 0x1p31 - 1);
            term /= k + 1;
        }
        return steps;
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
