package io.pigeonhole.training.cascade;

/**
 * What a rule does to some rows.
 *
 * @param threshold gain that a row must exceed to be deferred
 * @param rows all of them
 * @param deferred rows that the second model answers
 * @param right rows with the right answer
 */
public record CascadePoint(double threshold, long rows, long deferred, long right) {

    /** The share of rows that the second model answers. */
    public double share() {
        return deferred / (double) rows;
    }

    public double accuracy() {
        return right / (double) rows;
    }

    /**
     * The certified accuracy: the bound of Clopper and Pearson that the true accuracy exceeds with at least this confidence,
     * if the rows chose neither the rule nor the models.
     */
    public double certified(double confidence) {
        return ClopperPearson.lower(right, rows, confidence);
    }
}
