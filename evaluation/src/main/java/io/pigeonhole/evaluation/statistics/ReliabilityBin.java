package io.pigeonhole.evaluation.statistics;

/**
 * Rows of similar probability.
 *
 * @param positives rows of the class
 * @param probabilities their sum over the rows
 */
public record ReliabilityBin(double low, double high, long rows, long positives, double probabilities) {

    ReliabilityBin plus(ReliabilityBin other) {
        return new ReliabilityBin(
                Math.min(low, other.low),
                Math.max(high, other.high),
                rows + other.rows,
                positives + other.positives,
                probabilities + other.probabilities);
    }

    /** Sum of the probabilities minus the number of rows of the class. */
    double gap() {
        return probabilities - positives;
    }

    /** The mean, kept within the bin against rounding. */
    public double meanProbability() {
        return Math.max(low, Math.min(high, probabilities / rows));
    }
}
