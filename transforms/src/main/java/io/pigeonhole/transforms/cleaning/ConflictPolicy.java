package io.pigeonhole.transforms.cleaning;

/** What becomes of rows with equal features and different labels. They are counted in any case. */
public enum ConflictPolicy {
    /** All stay. */
    KEEP,
    /** All are rejected. */
    DROP,
    /**
     * Those with the most frequent label stay; of equally frequent labels the first in natural order wins. Rows without
     * an id that were collapsed into one count as often as they came.
     */
    MAJORITY
}
