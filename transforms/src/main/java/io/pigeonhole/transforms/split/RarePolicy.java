package io.pigeonhole.transforms.split;

/** What becomes of a class too small to give every split its minimum of rows. */
public enum RarePolicy {
    /** All its rows train. Once it has grown enough, later rows go to the other splits until the shares hold. */
    TRAIN_ONLY,
    /**
     * Its rows count as those of the class named by {@link SplitSpec#otherLabel}. Examples are only ever added, so a
     * class leaves that one at most once, when it has grown enough, and never returns; its earlier rows keep their
     * splits, and later rows are dealt so that the shares come to hold.
     */
    COLLAPSE_INTO_OTHER,
    /** The job stops and names the classes. */
    REFUSE
}
