package io.pigeonhole.evaluation.gates;

import java.util.Locale;

/** What a gate says. */
public enum GateVerdict {
    /** The statement holds. */
    PASS,
    /** The statement does not hold. */
    FAIL,
    /** The interval lies on both sides of the bound, or there are no rows to judge on. */
    NOT_ENOUGH_DATA;

    /** The verdict's name in the tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
