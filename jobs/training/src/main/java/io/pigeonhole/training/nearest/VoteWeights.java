package io.pigeonhole.training.nearest;

import java.util.Arrays;
import java.util.Locale;

/** How much the vote of a neighbour counts. */
public enum VoteWeights {
    /** Each the same; of classes with equal votes, the one whose neighbours are nearer. */
    UNIFORM,
    /** By the exponential of its similarity, divided by the temperature. */
    DISTANCE;

    /** The name as parameters write it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    static VoteWeights of(String code) {
        return Arrays.stream(values())
                .filter(weights -> weights.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("weights must be uniform or distance, not " + code));
    }
}
