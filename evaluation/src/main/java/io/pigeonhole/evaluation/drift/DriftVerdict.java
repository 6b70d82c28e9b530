package io.pigeonhole.evaluation.drift;

import java.util.Locale;

/** What is said of a figure that may have drifted. */
public enum DriftVerdict {
    /** The adjusted p-value is within the level and, of a distance, the margin is exceeded. */
    DRIFTED,
    /** Chance may have done it, or it is too little to matter. */
    NO_DRIFT,
    /** One of the splits has fewer rows than the minimum support. */
    NOT_ENOUGH_DATA;

    /** The verdict's name in the tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
