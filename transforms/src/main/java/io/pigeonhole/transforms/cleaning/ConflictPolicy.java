package io.pigeonhole.transforms.cleaning;

/** The treatment of rows with equal features and different labels. All policies count them. */
public enum ConflictPolicy {
    /** All stay. */
    KEEP,
    /** All are rejected. */
    DROP,
    /**
     * Rows with the most frequent label stay; among equally frequent labels the first in natural order wins. A row
     * without an id that stands for several collapsed rows counts as often as it occurred.
     */
    MAJORITY
}
