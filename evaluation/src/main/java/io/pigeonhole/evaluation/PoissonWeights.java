package io.pigeonhole.evaluation;

import java.io.Serializable;

/**
 * Bootstrap weights that depend on nothing but the seed, the row and the replicate, so that neither partitioning nor
 * order matters: an independent Poisson(1) count for each, in place of drawing n rows out of n (J. A. Hanley and
 * B. MacGibbon, "Creating non-parametric bootstrap samples using Poisson frequencies", Computer Methods and Programs in
 * Biomedicine 83, 2006; N. Chamandy et al., "Estimating uncertainty for massive data streams", Google, 2012).
 *
 * <p>A SplitMix64 stream (Steele, Lea and Flood 2014) keyed by seed and row gives 64 bits for five replicates, 12 each.
 * The 12 bits choose one of 4,096 equal cells of the unit interval, and a table holds the count of each cell. The few
 * cells that a step of the cumulative distribution cuts (about 0.2 % of draws) take 40 further bits, so the tail
 * is exact to 2^-52.
 */
final class PoissonWeights implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final int CELL_BITS = 12;
    private static final int CELLS = 1 << CELL_BITS;
    private static final int DRAWS_PER_HASH = Long.SIZE / CELL_BITS;
    private static final int REFINEMENT_BITS = 40;
    private static final byte CUT = -1;
    private static final double[] CUMULATIVE = cumulative();
    private static final byte[] COUNT_OF_CELL = countOfCell();

    private final long seed;

    PoissonWeights(long seed) {
        this.seed = mix(seed + GOLDEN);
    }

    /** Fills in the weights of one row: 1 at index 0, which stands for the data as they are, then the replicates. */
    void fill(long row, int[] weights) {
        long stream = mix(row ^ seed);
        weights[0] = 1;
        int replicate = 1;
        while (replicate < weights.length) {
            long bits = mix(stream + GOLDEN * replicate);
            int end = Math.min(replicate + DRAWS_PER_HASH, weights.length);
            for (; replicate < end; replicate++, bits >>>= CELL_BITS) {
                int cell = (int) (bits & (CELLS - 1));
                int count = COUNT_OF_CELL[cell];
                weights[replicate] = count == CUT ? refine(cell, mix(~stream + GOLDEN * replicate)) : count;
            }
        }
    }

    private static int refine(int cell, long bits) {
        double within = (bits >>> (Long.SIZE - REFINEMENT_BITS)) * 0x1p-40;
        return count((cell + within) / CELLS);
    }

    private static int count(double uniform) {
        int count = 0;
        while (count < CUMULATIVE.length - 1 && uniform >= CUMULATIVE[count]) {
            count++;
        }
        return count;
    }

    private static double[] cumulative() {
        double[] cumulative = new double[20];
        double term = Math.exp(-1);
        double sum = 0;
        for (int k = 0; k < cumulative.length; k++) {
            sum += term;
            cumulative[k] = sum;
            term /= k + 1;
        }
        return cumulative;
    }

    private static byte[] countOfCell() {
        byte[] counts = new byte[CELLS];
        for (int cell = 0; cell < CELLS; cell++) {
            int first = count((double) cell / CELLS);
            boolean whole = (double) (cell + 1) / CELLS <= CUMULATIVE[first];
            counts[cell] = whole ? (byte) first : CUT;
        }
        return counts;
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
