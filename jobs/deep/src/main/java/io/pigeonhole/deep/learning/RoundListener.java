package io.pigeonhole.deep.learning;

import java.io.Serializable;

/** Called on the driver after each round of a training. */
public interface RoundListener extends Serializable {

    /**
     * A round is done.
     *
     * @param rounds how many there will be at most
     */
    void done(Round round, int rounds);

    /** A note for the log. */
    default void note(String message) {}
}
