package io.pigeonhole.transforms.split;

/**
 * How the rows of one class are divided.
 *
 * @param label the class, after collapsing
 * @param deviation largest difference, in rows, between a split and its share; 0 where splits are not dealt by proportion
 */
public record ClassShares(String label, long train, long validation, long test, double deviation) {

    static ClassShares of(String label, long[] counts, SplitSpec spec) {
        double deviation = 0;
        if (spec.isDealt()) {
            long total = counts[0] + counts[1] + counts[2];
            double[] shares = spec.proportions().shares();
            for (int i = 0; i < counts.length; i++) {
                deviation = Math.max(deviation, Math.abs(counts[i] - shares[i] * total));
            }
        }
        return new ClassShares(label, counts[0], counts[1], counts[2], deviation);
    }
}
