package io.pigeonhole.evaluation.predictions;

import java.io.Serializable;

/** Decisions that a scan of predictions found, all of one {@link BlockKey}, as columns of numbers. */
public abstract class Block implements Serializable {

    private static final long serialVersionUID = 1L;

    private final BlockKey key;

    protected Block(BlockKey key) {
        this.key = key;
    }

    public BlockKey key() {
        return key;
    }
}
