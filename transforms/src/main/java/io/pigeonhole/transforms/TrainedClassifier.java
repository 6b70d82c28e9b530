package io.pigeonhole.transforms;

import java.util.List;

/** What a trained classifier tells about itself, whatever it is made of. */
public interface TrainedClassifier {

    /** The classes, in the order of the probabilities. */
    List<String> labels();

    /** The classes as a tree; flat where training had no taxonomy. */
    Taxonomy taxonomy();

    /** Code of what trained it. */
    String trainer();

    /** Whether a class's probability is the product of decisions along its path. */
    boolean isHierarchical();

    /** Column that it writes the classes' probabilities to. */
    String probabilityColumn();

    /** Equal for models that are the same to the last bit. */
    String fingerprint();
}
