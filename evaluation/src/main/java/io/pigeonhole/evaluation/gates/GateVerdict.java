package io.pigeonhole.evaluation.gates;

import java.util.Locale;

/** The verdict of a gate. */
public enum GateVerdict {
    /** The statement holds. */
    PASS,
    /** The statement does not hold. */
    FAIL,
    /** The interval includes values on both sides of the bound, or there are no rows to judge by. */
    NOT_ENOUGH_DATA;

    /** The verdict's name in the tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
