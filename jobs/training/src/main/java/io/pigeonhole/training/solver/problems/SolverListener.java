package io.pigeonhole.training.solver.problems;

import java.io.Serializable;

/** Hears of each pass, on the driver. */
@FunctionalInterface
public interface SolverListener extends Serializable {

    /** The solver says, before its first pass, what it will do and use memory for. */
    default void planned(String description) {}

    /**
     * A pass ended.
     *
     * @param pass its number, from 1
     * @param objective sum of the objectives of all problems
     * @param open problems still open
     * @param problems all problems
     */
    void passed(int pass, double objective, int open, int problems);
}
