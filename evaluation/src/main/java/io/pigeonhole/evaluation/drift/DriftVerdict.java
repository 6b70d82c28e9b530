package io.pigeonhole.evaluation.drift;

import java.util.Locale;

/** The verdict on a figure that may have drifted. */
public enum DriftVerdict {
    /** The adjusted p-value is within the level, and a distance exceeds its margin. */
    DRIFTED,
    /** The difference may be due to chance, or is too small to matter. */
    NO_DRIFT,
    /** One of the splits has fewer rows than the minimum support. */
    NOT_ENOUGH_DATA;

    /** The verdict's name in the tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
