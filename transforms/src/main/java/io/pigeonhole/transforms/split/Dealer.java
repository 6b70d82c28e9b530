package io.pigeonhole.transforms.split;

import java.util.Arrays;

/** Chooses the pile for the next row, so that after every row each pile is within one row of its share. */
final class Dealer {

    /** Keeps a share such as 0.29 of 100 rows from falling short of 29 by a rounding error. */
    static final double ROUNDING = 1e-9;

    private Dealer() {}

    /** The pile for the next row; see the method below. */
    static int next(double[] shares, long[] counts) {
        return next(shares, counts, 1);
    }

    /**
     * The pile for the next rows, which go to one pile, by R. Tijdeman's rule (The chairman assignment problem, Discrete Mathematics 32, 1980,
     * 323-330): of the piles whose share exceeds their count by at least {@code 1 / (2k - 2)} rows, the one that would
     * first fall {@code 1 - 1 / (2k - 2)} rows short; k is the number of piles. Starting from empty piles, no pile is
     * ever further than {@code 1 - 1 / (2k - 2)} rows from its share. From any other state the piles return to this
     * bound as rows arrive.
     *
     * @param shares shares of the piles, which add up to one
     * @param counts rows on each pile so far; piles without a share are ignored
     * @param rows how many rows go together; the rule then counts in units of so many rows
     */
    static int next(double[] shares, long[] counts, long rows) {
        long total = rows;
        for (int pile = 0; pile < shares.length; pile++) {
            total += shares[pile] > 0 ? counts[pile] : 0;
        }
        long piles = Arrays.stream(shares).filter(share -> share > 0).count();
        double slack = piles > 1 ? 1.0 / (2 * piles - 2) : 0;
        int best = -1;
        double soonest = Double.POSITIVE_INFINITY;
        for (int pile = 0; pile < shares.length; pile++) {
            double due = (shares[pile] * total - counts[pile]) / rows;
            double deadline = (1 - slack - due) / shares[pile];
            if (shares[pile] > 0 && due >= slack - ROUNDING && deadline < soonest) {
                best = pile;
                soonest = deadline;
            }
        }
        if (best < 0) {
            throw new IllegalStateException("the shares " + Arrays.toString(shares) + " do not add up to one");
        }
        return best;
    }

    /** The pile with the fewest rows; ties go to the first from {@code start} on, cyclically. */
    static int fewest(long[] counts, int start) {
        int best = start;
        for (int i = 1; i < counts.length; i++) {
            int pile = (start + i) % counts.length;
            if (counts[pile] < counts[best]) {
                best = pile;
            }
        }
        return best;
    }
}
