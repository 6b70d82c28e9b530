package io.pigeonhole.evaluation.probabilities;

import org.apache.spark.sql.Row;

/**
 * One row's probability of one class.
 *
 * @param probability of the class; 0 where the row does not list it
 * @param positive whether the row belongs to the class
 * @param unit hash of the unit that the bootstrap draws
 */
record Score(double probability, boolean positive, long unit) {

    /** Reads a row of {@link ScoreRows}. */
    static Score fromRow(Row row) {
        return new Score(
                row.getDouble(ScoreColumn.PROBABILITY.at()),
                row.getBoolean(ScoreColumn.POSITIVE.at()),
                row.getLong(ScoreColumn.UNIT.at()));
    }
}
