package io.pigeonhole.training;

import io.pigeonhole.training.solver.rows.Lanes;
import java.util.Arrays;
import java.util.Locale;

/** How many levels a label tree has. */
enum TreeShape {
    /** {@link #FLAT} where {@linkplain LabelTreeClassifier#isFewRows classes have few rows}, else {@link #LEVELS}. */
    AUTO,
    /** As few levels as {@code branching} allows, and a softmax at each node. */
    LEVELS,
    /** None: a score for each class, learnt from its rows and from those near to it. */
    FLAT;

    /** Non-zeros of the rows that one process holds, about 1 GiB. */
    private static final long MOST_ENTRIES = 1L << 27;

    static TreeShape of(String code) {
        return Arrays.stream(values())
                .filter(shape -> shape.name().toLowerCase(Locale.ROOT).equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("shape must be auto, levels or flat, not " + code));
    }

    /** Whether a tree over these rows is flat. */
    boolean isFlat(TrainingRows rows, boolean canBe) {
        int classes = rows.taxonomy().labels().size();
        Lanes.Size size = rows.sizes().stream().reduce(Lanes.Size.NONE, Lanes.Size::plus);
        return switch (this) {
            case LEVELS -> false;
            case FLAT -> classes > 1;
            case AUTO -> canBe && LabelTreeClassifier.isFewRows(size.rows(), classes) && size.entries() <= MOST_ENTRIES;
        };
    }
}
