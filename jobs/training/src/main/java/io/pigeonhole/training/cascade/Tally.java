package io.pigeonhole.training.cascade;

import java.io.Serializable;

/**
 * Counts of the rows of a cell.
 *
 * @param cell number of the cell of what the first model shows
 * @param rows of the cell
 * @param first rows that the first model has right
 * @param second rows that the second model has right
 */
public record Tally(int cell, long rows, long first, long second) implements Serializable {

    public Tally {
        if (rows < 1 || first < 0 || second < 0 || first > rows || second > rows) {
            throw new IllegalArgumentException("not counts of a cell: " + first + " and " + second + " of " + rows);
        }
    }
}
