package io.pigeonhole.training;

import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.transforms.Taxonomy;
import java.util.Locale;

/** How classes become problems of the solver, and its margins probabilities. */
public enum Scheme {
    /** One softmax over all classes. */
    SOFTMAX,
    /**
     * One problem for each class against the rest. A probability is the logistic function of the margin, scaled so that
     * all sum to one; after a squared hinge it is not calibrated.
     */
    ONE_VS_REST,
    /** One softmax at each inner node of the taxonomy; a class has the product of the probabilities on its path. */
    HIERARCHICAL,
    /** The same over a balanced tree of classes that is learnt from the training rows. */
    LABEL_TREE;

    Layout layout(Taxonomy tree) {
        return switch (this) {
            case SOFTMAX -> Layout.softmax(tree.labels().size());
            case ONE_VS_REST -> Layout.oneVsRest(tree.labels().size());
            case HIERARCHICAL, LABEL_TREE -> Layout.hierarchical(tree);
        };
    }

    /** Whether there is a problem at each inner node of a tree. */
    boolean isTree() {
        return this == HIERARCHICAL || this == LABEL_TREE;
    }

    /** The name as the configuration and the tables write it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
