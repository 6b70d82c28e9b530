package io.pigeonhole.transforms.split;

/** The treatment of a class that is too small to give every split its minimum of rows. */
public enum RarePolicy {
    /**
     * All its rows go to train. Once the class is large enough, later rows go to the other splits until the shares
     * hold.
     */
    TRAIN_ONLY,
    /**
     * Its rows count as those of the class named by {@link SplitSpec#otherLabel}. Examples are never removed, so a
     * class leaves that one at most once, when it is large enough, and never returns. Its earlier rows keep their
     * splits, and later rows are dealt so that the shares hold again.
     */
    COLLAPSE_INTO_OTHER,
    /** The job stops and names the classes. */
    REFUSE
}
