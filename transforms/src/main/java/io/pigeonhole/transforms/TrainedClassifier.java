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

    /** Equal for models that are identical to the last bit. */
    String fingerprint();
}
