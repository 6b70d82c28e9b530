package io.pigeonhole.evaluation.statistics;

/**
 * Rows of like probability.
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

    /** By how much the probabilities add up to more than the rows of the class. */
    double gap() {
        return probabilities - positives;
    }

    /** Rounding must not carry the mean out of the bin. */
    public double meanProbability() {
        return Math.max(low, Math.min(high, probabilities / rows));
    }
}
