package io.pigeonhole.transforms.cleaning;

/** The treatment of classes, and of nodes above them, that the rows put under different parents. */
public enum ParentPolicy {
    /** The rows are refused as a whole. */
    REFUSE,
    /** Each node lies under the parent that most rows give it, the first by name among equals; all rows stay. */
    MAJORITY,
    /** The same, and rows with another path are rejected. */
    REJECT
}
