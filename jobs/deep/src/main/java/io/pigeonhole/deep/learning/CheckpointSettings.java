package io.pigeonhole.deep.learning;

import java.io.Serializable;

/**
 * Whether a training writes checkpoints, and how often.
 *
 * @param folder on any Hadoop file system; empty for no checkpoints
 * @param interval rounds from one checkpoint to the next; 0 for as few as keep writing them under a tenth of the time
 */
public record CheckpointSettings(String folder, int interval) implements Serializable {

    /** No checkpoints. */
    public static final CheckpointSettings NONE = new CheckpointSettings("", 0);

    public CheckpointSettings {
        if (interval < 0) {
            throw new IllegalArgumentException("the interval of checkpoints must be at least 0, not " + interval);
        }
    }
}
