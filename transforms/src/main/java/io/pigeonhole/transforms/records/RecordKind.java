package io.pigeonhole.transforms.records;

/** What the records of a file are. */
public enum RecordKind {
    /** Rows of a CSV file. */
    CSV,
    /** JSON values. */
    JSON,
    /** Lines of text. */
    LINES
}
