package io.pigeonhole.transforms;

import java.util.List;

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

    /** Equal for models that are identical to the last bit. */
    String fingerprint();
}
