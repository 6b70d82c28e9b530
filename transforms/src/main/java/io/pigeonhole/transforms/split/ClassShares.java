package io.pigeonhole.transforms.split;

/**
 * How the rows of one class are divided.
 *
 * @param label the class, after collapsing
 * @param deviation largest difference, in rows, between the size of a split and its share, over the splits that rows
 *     are dealt to; 0 if there are none
 * @param copies rows of the class with the same features as others
 */
public record ClassShares(String label, long train, long validation, long test, double deviation, Copies copies) {

    /**
     * Rows of one class with the same features as others.
     *
     * @param contents different features
     * @param ofOtherClasses rows whose features a row of another class has
     * @param validationInTrain rows of validation whose features and label a row of train has
     * @param testInTrain rows of test whose features and label a row of train has
     * @param testInValidation rows of test whose features and label a row of validation has
     */
    public record Copies(
            long contents, long ofOtherClasses, long validationInTrain, long testInTrain, long testInValidation) {

        Copies plus(Copies other) {
            return new Copies(
                    contents + other.contents,
                    ofOtherClasses + other.ofOtherClasses,
                    validationInTrain + other.validationInTrain,
                    testInTrain + other.testInTrain,
                    testInValidation + other.testInValidation);
        }
    }

    static ClassShares of(String label, long[] counts, Copies copies, SplitSpec spec) {
        double[] shares = spec.shares();
        long total = 0;
        for (int i = 0; i < counts.length; i++) {
            total += shares[i] > 0 ? counts[i] : 0;
        }
        double deviation = 0;
        for (int i = 0; i < counts.length; i++) {
            deviation = Math.max(deviation, shares[i] > 0 ? Math.abs(counts[i] - shares[i] * total) : 0);
        }
        return new ClassShares(label, counts[0], counts[1], counts[2], deviation, copies);
    }

    /** Rows of the class. */
    public long rows() {
        return train + validation + test;
    }

    /** Whether the class has rows in train alone. */
    public boolean onlyTrains() {
        return train > 0 && validation == 0 && test == 0;
    }
}
