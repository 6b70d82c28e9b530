package io.pigeonhole.evaluation.probabilities;

import org.apache.spark.sql.Row;

/**
 * What a row says of one class.
 *
 * @param probability of the class; 0 where the row does not list it
 * @param positive whether the row belongs to the class
 * @param unit hash of what the bootstrap draws the row with
 */
record Score(double probability, boolean positive, long unit) {

    /** Reads a row of {@link ScoreRows}. */
    static Score fromRow(Row row) {
        return new Score(row.getDouble(3), row.getBoolean(4), row.getLong(5));
    }
}
