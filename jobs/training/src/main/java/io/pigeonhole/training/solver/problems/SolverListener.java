package io.pigeonhole.training.solver.problems;

import java.io.Serializable;

/** Called on the driver after each pass. */
@FunctionalInterface
public interface SolverListener extends Serializable {

    /** Called before the first pass, with a description of the algorithm and its memory. */
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
