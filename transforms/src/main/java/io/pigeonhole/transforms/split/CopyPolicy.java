package io.pigeonhole.transforms.split;

/** The treatment of rows with equal features and label when splits are drawn. Splits that the rows state are kept either way. */
public enum CopyPolicy {
    /**
     * They go to one split and one fold. Rows without a copy get the split that they would have without this rule, and
     * the copies fill the splits up to their shares.
     */
    TOGETHER,
    /** Each row is dealt by itself, so that a model may be tested on a text that it was trained on. */
    APART
}
