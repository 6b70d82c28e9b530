package io.pigeonhole.transforms.split;

/**
 * How the rows of one class are divided.
 *
 * @param label the class, after collapsing
 * @param deviation largest difference, in rows, between the size of a split and its share, over the splits that rows
 *     are dealt to; 0 if there are none
 */
public record ClassShares(String label, long train, long validation, long test, double deviation) {

    static ClassShares of(String label, long[] counts, SplitSpec spec) {
        double[] shares = spec.shares();
        long total = 0;
        for (int i = 0; i < counts.length; i++) {
            total += shares[i] > 0 ? counts[i] : 0;
        }
        double deviation = 0;
        for (int i = 0; i < counts.length; i++) {
            deviation = Math.max(deviation, shares[i] > 0 ? Math.abs(counts[i] - shares[i] * total) : 0);
        }
        return new ClassShares(label, counts[0], counts[1], counts[2], deviation);
    }
}
