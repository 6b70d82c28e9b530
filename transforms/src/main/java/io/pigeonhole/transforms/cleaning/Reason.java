package io.pigeonhole.transforms.cleaning;

import java.util.Locale;

/** The reason for a rejection; if several apply, the first in this order counts. */
public enum Reason {
    /** The source could not read a value, or a vector holds a null or NaN. */
    UNPARSABLE_VALUE,
    /** The label is null or blank, and labels are required. */
    MISSING_LABEL,
    /** The label is not among the known ones. */
    UNKNOWN_LABEL,
    /** A column of text that each row needs is null or blank, or all features are. */
    EMPTY_TEXT,
    /** A vector is null or does not have the expected size. */
    WRONG_VECTOR_SIZE,
    /** Rows that pass the checks above share an id but not their content; all of them are rejected. */
    DUPLICATE_ID,
    /** Rows with equal features have different labels, and the policy rejects this one. */
    CONFLICTING_LABEL,
    /** Most rows put the class, or a node above it, under another parent, and the policy rejects this row. */
    OTHER_PARENT;

    /** The word in the tables. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
