package io.pigeonhole.transforms;

import java.util.List;
import java.util.Optional;

/** The properties common to all trained classifiers. */
public interface TrainedClassifier {

    /** The classes, in the order of the probabilities. */
    List<String> labels();

    /** The classes as a tree; flat if training had no taxonomy. */
    Taxonomy taxonomy();

    /** Code of its trainer. */
    String trainer();

    /** Whether a class's probability is the product of decisions along its path. */
    boolean isHierarchical();

    /** Name of the output column of class probabilities. */
    String probabilityColumn();

    /** Name of the output column that says what decided a row, if there is more than one model that may. */
    default Optional<String> decidedByColumn() {
        return Optional.empty();
    }

    /** Column of {@link #writesUnknownScore}. */
    String UNKNOWN_SCORE = "unknown_score";

    /**
     * Whether {@code transform} writes a score of its own to the column {@link #UNKNOWN_SCORE}: a double, the higher the
     * less the row is like those of any class. Take the largest logit or margin times -1, the energy or a distance,
     * whichever ranks rows of no class best on validation; of embeddings, the largest probability ranks them far worse. Without a score, the log of the odds against the most
     * probable class takes its place.
     */
    default boolean writesUnknownScore() {
        return false;
    }

    /** Equal for models that are identical to the last bit. */
    String fingerprint();
}
