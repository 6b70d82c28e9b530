package io.pigeonhole.deep.learning;

import java.io.Serializable;

/** Hears of a training's rounds, on the driver. */
public interface RoundListener extends Serializable {

    /**
     * A round is done.
     *
     * @param rounds how many there will be at most
     */
    void done(Round round, int rounds);

    /** Something that a reader of the log should know. */
    default void note(String message) {}
}
